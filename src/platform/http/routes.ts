/**
 * listRoutes: every handler of every feature with who may call it, read from the decorators alone, so that neither a
 * database nor a server is needed. checkRoutes: what is wrong with them; the application does not start with any.
 */
import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, MODULE_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import type { Feature } from '../feature.js';
import type { InputClass } from '../input/fields.js';
import { FRESH, PERMISSION, PUBLIC, RESUBMIT } from './route.js';

export interface RouteRow {
  /** The name of the feature it belongs to. */
  readonly feature: string;
  /** Such as `GET`. */
  readonly method: string;
  /** As declared, with its parameters: `/api/sources/:id/begin-liquidation`. */
  readonly path: string;
  readonly permission: string | null;
  readonly isPublic: boolean;
  /** Names of the class and of its method. */
  readonly controller: string;
  readonly handler: string;
  /** The method that shows a refused form again. */
  readonly resubmit: string | null;
  /** Asks for a fresh proof of who it is. */
  readonly isFresh: boolean;
  /** The class the body is read by; undefined when the handler takes none, Object when it names no class. */
  readonly body: InputClass | undefined;
  readonly query: InputClass | undefined;
}

/** What Nest calls the places a parameter can come from; only these two are read by an input class. */
const BODY = 3;
const QUERY = 4;

/** What the compiler leaves where a parameter names no class: by these nothing would be validated. */
const NO_INPUTS = new Set<unknown>([Object, Array, String, Number, Boolean, Promise]);

interface RouteArgument {
  readonly index: number;
  /** Set when the handler takes one field only, which would pass by the input class. */
  readonly data?: unknown;
}

export function listRoutes(features: readonly Feature[]): RouteRow[] {
  // A module that several features use is listed once, for the first of them, which is its own.
  const seen = new Set<Type>();
  return features.flatMap((feature) =>
    controllersOf(feature.module, seen).flatMap((controller) => routesOf(feature.name, controller)),
  );
}

/** Sentences about routes that would answer in a way nobody declared; empty when all is well. */
export function checkRoutes(features: readonly Feature[]): string[] {
  const defects: string[] = [];
  const known = new Set(features.flatMap((feature) => feature.permissions.flatMap((table) => Object.keys(table))));
  const seen = new Map<string, string>();
  for (const route of listRoutes(features)) {
    const name = `${route.controller}.${route.handler}`;
    const address = `${route.method} ${route.path.replace(/:[^/]+/g, ':')}`;
    const other = seen.get(address);
    if (other !== undefined) defects.push(`${name} and ${other} both answer ${route.method} ${route.path}`);
    seen.set(address, name);
    if (route.permission === null && !route.isPublic) defects.push(`${name} says neither Permit nor Public`);
    if (route.permission !== null && route.isPublic) defects.push(`${name} says both Permit and Public`);
    if (route.isFresh && route.isPublic) defects.push(`${name} asks strangers for a proof`);
    if (route.permission !== null && !known.has(route.permission)) {
      defects.push(`${name} asks for ${route.permission}, which no policy declares`);
    }
    for (const [place, input] of [['body', route.body] as const, ['query', route.query] as const]) {
      if (input !== undefined && NO_INPUTS.has(input)) {
        defects.push(`${name} reads its ${place} by ${input.name}, which is no input class`);
      }
    }
  }
  return defects;
}

/** The controllers of a module and of modules it brings along that are classes of their own. */
function controllersOf(module: Type, seen: Set<Type>): Type[] {
  if (seen.has(module)) return [];
  seen.add(module);
  const own = (Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, module) as Type[] | undefined) ?? [];
  const imports = (Reflect.getMetadata(MODULE_METADATA.IMPORTS, module) as unknown[] | undefined) ?? [];
  const nested = imports.filter((each): each is Type => typeof each === 'function');
  return [...own, ...nested.flatMap((each) => controllersOf(each, seen))];
}

function routesOf(feature: string, controller: Type): RouteRow[] {
  const prefixes = pathsOf(controller);
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((handler) => {
    const method = handler === 'constructor' ? undefined : prototype[handler];
    if (typeof method !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, method)) return [];
    const row = {
      feature,
      method: RequestMethod[Reflect.getMetadata(METHOD_METADATA, method) as RequestMethod] ?? 'GET',
      permission: (Reflect.getMetadata(PERMISSION, method) as string | undefined) ?? null,
      isPublic: Reflect.getMetadata(PUBLIC, method) === true,
      controller: controller.name,
      handler,
      resubmit: (Reflect.getMetadata(RESUBMIT, method) as string | undefined) ?? null,
      isFresh: Reflect.hasMetadata(FRESH, method),
      body: inputOf(controller, handler, BODY),
      query: inputOf(controller, handler, QUERY),
    };
    return prefixes.flatMap((prefix) => pathsOf(method).map((path) => ({ ...row, path: joinPath(prefix, path) })));
  });
}

function pathsOf(target: object): string[] {
  const declared = Reflect.getMetadata(PATH_METADATA, target) as string | string[] | undefined;
  return [declared ?? ''].flat();
}

function joinPath(...parts: readonly string[]): string {
  return `/${parts.flatMap((part) => part.split('/').filter((piece) => piece !== '')).join('/')}`;
}

/** The class that a handler's body is read by; undefined when it takes none. */
export function bodyInputOf(controller: Type, handler: string): InputClass | undefined {
  return inputOf(controller, handler, BODY);
}

function inputOf(controller: Type, handler: string, place: number): InputClass | undefined {
  const taken = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) ?? {}) as Record<string, RouteArgument>;
  const types = (Reflect.getMetadata('design:paramtypes', controller.prototype as object, handler) ??
    []) as InputClass[];
  for (const [key, argument] of Object.entries(taken)) {
    if (Number(key.split(':')[0]) !== place) continue;
    return argument.data === undefined ? (types[argument.index] ?? Object) : Object;
  }
  return undefined;
}
