// Reads single values out of a webhook payload. A payload is foreign: anything may be missing, of
// another type, or made to hurt, so a value that is not what it should be is simply absent.
import { isJsonObject, type JsonObject } from '../oci/json.ts'

/** An object's own keys only: no `constructor`, no `__proto__` of our making. */
export function objectAt(value: unknown, ...path: readonly string[]): JsonObject | undefined {
  const found = at(value, path)
  return isJsonObject(found) ? found : undefined
}

/** A non-empty string. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, path)
  return typeof found === 'string' && found !== '' ? found : undefined
}

export function flagAt(value: unknown, ...path: readonly string[]): boolean | undefined {
  const found = at(value, path)
  return typeof found === 'boolean' ? found : undefined
}

/** A positive whole number, as GitHub's ids and numbers are. */
export function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = at(value, path)
  return typeof found === 'number' && Number.isSafeInteger(found) && found > 0 ? found : undefined
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, path)
  return Array.isArray(found) ? found : []
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isJsonObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  )
}

/** The properties that have a value; what a payload does not say is left out, not `undefined`. */
export function present<T extends object>(properties: T): Present<T> {
  const entries = Object.entries(properties).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Present<T>
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}
