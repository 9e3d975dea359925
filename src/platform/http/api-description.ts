/**
 * The API's description, and the decorators that say something for it. The library that makes it takes a second to load
 * and nobody needs it to start: what a decorator says is kept, and told to the library when somebody asks.
 */
import type { INestApplication } from '@nestjs/common';
import type * as Swagger from '@nestjs/swagger';

type Library = typeof Swagger;
/** Of classes, methods or properties; each is used where the library's own may be. */
type Decorator = (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => void;

const kept: ((library: Library) => void)[] = [];

function later(decorator: (library: Library) => unknown): ClassDecorator & MethodDecorator & PropertyDecorator {
  return ((target, key, descriptor) => {
    kept.push((library) => (decorator(library) as Decorator)(target, key as string | symbol, descriptor));
  }) as Decorator as ClassDecorator & MethodDecorator & PropertyDecorator;
}

export const ApiTags = (...given: Parameters<Library['ApiTags']>): ClassDecorator & MethodDecorator =>
  later((library) => library.ApiTags(...given));
export const ApiProperty = (...given: Parameters<Library['ApiProperty']>): PropertyDecorator =>
  later((library) => library.ApiProperty(...given));
export const ApiBody = (...given: Parameters<Library['ApiBody']>): MethodDecorator =>
  later((library) => library.ApiBody(...given));
export const ApiConsumes = (...given: Parameters<Library['ApiConsumes']>): ClassDecorator & MethodDecorator =>
  later((library) => library.ApiConsumes(...given));
export const ApiCookieAuth = (...given: Parameters<Library['ApiCookieAuth']>): ClassDecorator & MethodDecorator =>
  later((library) => library.ApiCookieAuth(...given));
export const ApiSecurity = (...given: Parameters<Library['ApiSecurity']>): ClassDecorator & MethodDecorator =>
  later((library) => library.ApiSecurity(...given));

/** In the order in which the decorators stand, as if they had been the library's. */
async function loadLibrary(): Promise<Library> {
  const library = await import('@nestjs/swagger');
  for (const tell of kept.splice(0)) tell(library);
  return library;
}

const isForPrograms = (path: string): boolean => path.startsWith('/api/') || path === '/health' || path === '/ready';

/** The API's description, made from the handlers themselves. */
export async function describeApi(app: INestApplication): Promise<Swagger.OpenAPIObject> {
  const { DocumentBuilder, SwaggerModule } = await loadLibrary();
  const description = new DocumentBuilder()
    .setTitle('Granary')
    .setVersion('1')
    .addCookieAuth('granary', { type: 'apiKey', in: 'cookie', name: 'granary' }, 'session')
    .build();
  const document = SwaggerModule.createDocument(app, description);
  // Pages are for people. What is open to everybody says so by an empty list.
  const paths = Object.entries(document.paths).filter(([path]) => isForPrograms(path));
  for (const operation of paths.flatMap(([, item]) => Object.values(item) as { security?: object[] }[])) {
    if (operation.security?.every((each) => Object.keys(each).length === 0)) operation.security = [];
  }
  return { ...document, paths: Object.fromEntries(paths) };
}
