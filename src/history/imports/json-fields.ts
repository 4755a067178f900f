/** Fields of JSON that somebody else wrote: each is there in the type asked for, or it is not there. */
export type JsonObject = Readonly<Record<string, unknown>>

export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

export function objectAt(object: JsonObject | undefined, name: string): JsonObject | undefined {
  return asObject(object?.[name])
}

/** A text, or a number written as one. Undefined for the empty text. */
export function textAt(object: JsonObject | undefined, name: string): string | undefined {
  const value = object?.[name]
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A number, or a text that is one. */
export function numberAt(object: JsonObject | undefined, name: string): number | undefined {
  const value = object?.[name]
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

export function listAt(object: JsonObject | undefined, name: string): readonly unknown[] {
  const value = object?.[name]
  return Array.isArray(value) ? value : []
}

export function objectsAt(object: JsonObject | undefined, name: string): readonly JsonObject[] {
  return objectsOf(listAt(object, name))
}

/** An ISO time, with its zone or as UTC; or milliseconds; or seconds where the number is too small to be that. */
export function timeAt(object: JsonObject | undefined, name: string): number | undefined {
  const value = object?.[name]
  if (typeof value === 'string' && !/^\d+(?:\.\d+)?$/u.test(value)) {
    const hasZone = /(?:z|[+-]\d\d:?\d\d)$/iu.test(value.trim())
    return validTime(Date.parse(hasZone || !value.includes('T') ? value : `${value}Z`))
  }
  const number = numberAt(object, name)
  return number === undefined ? undefined : validTime(number < 1e11 ? number * 1000 : number)
}

/** From 1970 on; what lies before is no time of a message. */
export function validTime(ms: number): number | undefined {
  return Number.isFinite(ms) && ms > 0 && ms < 8.64e15 ? Math.round(ms) : undefined
}

/** An address that a browser may open; anything else is none. */
export function webAddress(text: string | undefined): string | undefined {
  return text !== undefined && /^https?:\/\//iu.test(text) && URL.canParse(text) ? text : undefined
}

/** Those of a list that are objects. */
export function objectsOf(list: readonly unknown[]): readonly JsonObject[] {
  return list.map(asObject).filter((value) => value !== undefined)
}
