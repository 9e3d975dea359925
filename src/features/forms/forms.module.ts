/** FormsModule: wires the feature. */
import { Module } from '@nestjs/common';
import { FundsModule } from '../funds/index.js';
import { FormPageViews } from './forms.page-view.js';
import { FormPartPageViews } from './form-parts.page-view.js';
import { FormPreviews } from './form-preview.page-view.js';
import { FormPublishViews } from './form-publish.page-view.js';
import { FormUses } from './form-uses.js';
import { FormVersionPageViews } from './form-version.page-view.js';
import { FormViews } from './form.view.js';
import { FormLibrary } from './form-library.service.js';
import { FormParts } from './form-parts.service.js';
import { FormVersionsPages } from './form-versions.pages.js';
import { FormLibraryApi, FormsApi, FormVersionsApi } from './forms.api.js';
import { FormLibraryPages } from './form-library.pages.js';
import { FormLibraryPageViews } from './form-library.page-view.js';
import { FormChanges } from './form-changes.page-view.js';
import { FormDrafts } from './form-drafts.service.js';
import { FormsPages } from './forms.pages.js';
import { Forms } from './forms.service.js';

@Module({
  imports: [FundsModule],
  controllers: [FormsApi, FormVersionsApi, FormLibraryApi, FormsPages, FormVersionsPages, FormLibraryPages],
  providers: [
    ...[Forms, FormDrafts, FormParts, FormLibrary, FormViews, FormChanges, FormUses],
    ...[FormPageViews, FormLibraryPageViews, FormVersionPageViews, FormPartPageViews, FormPreviews, FormPublishViews],
  ],
  exports: [Forms, FormLibrary, FormPreviews, FormUses],
})
export class FormsModule {}
