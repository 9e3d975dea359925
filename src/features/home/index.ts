/** Home: the things to do of whoever is signed in; for everybody else, what this place is. */
import { Module } from '@nestjs/common';
import type { Feature } from '../../platform/feature.js';
import { RoundsModule } from '../rounds/index.js';
import { HomePages } from './home.pages.js';
import { HomeViews } from './home.view.js';

@Module({ imports: [RoundsModule], controllers: [HomePages], providers: [HomeViews] })
export class HomeModule {}

export const homeFeature: Feature = {
  name: 'home',
  module: HomeModule,
  entities: [],
  permissions: [],
  lifecycles: [],
  menu: [{ labelKey: 'menu.home', href: '/', rank: 1 }],
  jobs: [],
};
