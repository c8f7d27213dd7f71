import * as z from 'zod/mini'
import { type Belonging, carrying } from './belonging.ts'

/** The numbers a setting may be. */
export interface Range {
  readonly least?: number
  readonly most?: number
}

/** Of a setting that every choice has. */
interface OfAll<T> {
  readonly default: T
  readonly of?: undefined
}

/** Of a setting that some choices have: given with another it is refused, and its default is not put in there. */
interface OfSome<T> {
  readonly default?: T
  readonly of?: Belonging
}

type Optional<T extends z.core.SomeType> = z.ZodMiniOptional<T>
type Default<T extends z.core.SomeType> = z.ZodMiniDefault<T>
/** One that is either. */
type Setting<T extends z.core.SomeType> = Default<T> & Optional<T>

/**
 * A hyperparameter is spelled once, as a schema that carries its name (the key it stands under), its type, its range,
 * its default and what it means. Flags, form fields and parsers are made from it. Without a default it may be left
 * out, and the task says what stands in.
 */
export function integer(help: string, range: Range & OfAll<number>): Default<z.ZodMiniNumber>
export function integer(help: string, range?: Range & OfSome<number>): Optional<z.ZodMiniNumber>
export function integer(help: string, range: Range & OfSome<number> = {}): Setting<z.ZodMiniNumber> {
  const { least = 0, most = Number.MAX_SAFE_INTEGER } = range
  return setting(z.int().check(z.minimum(least), z.maximum(most)), help, range)
}

export function number(help: string, range: Range & OfAll<number>): Default<z.ZodMiniNumber>
export function number(help: string, range: Range & OfSome<number>): Optional<z.ZodMiniNumber>
export function number(help: string, range: Range & OfSome<number>): Setting<z.ZodMiniNumber> {
  const { least = -Number.MAX_VALUE, most = Number.MAX_VALUE } = range
  return setting(z.number().check(z.minimum(least), z.maximum(most)), help, range)
}

/** One of some names. */
export function choice<const T extends readonly [string, ...string[]]>(
  help: string,
  names: T,
  of: OfAll<T[number]>,
): Default<Names<T>>
export function choice<const T extends readonly [string, ...string[]]>(
  help: string,
  names: T,
  of: OfSome<T[number]>,
): Optional<Names<T>>
export function choice<const T extends readonly [string, ...string[]]>(
  help: string,
  names: T,
  of: OfSome<T[number]>,
): Setting<Names<T>> {
  return setting(z.enum(names), help, of) as never
}

type Names<T extends readonly string[]> = z.ZodMiniEnum<{ [K in T[number]]: K }>

/** Whole numbers in a row, as the widths of layers. */
export function integers(
  help: string,
  range: Pick<Range, 'least'> & OfAll<readonly number[]>,
): Default<z.ZodMiniArray<z.ZodMiniNumber>>
export function integers(
  help: string,
  range: Pick<Range, 'least'> & OfSome<readonly number[]>,
): Optional<z.ZodMiniArray<z.ZodMiniNumber>>
export function integers(
  help: string,
  range: Pick<Range, 'least'> & OfSome<readonly number[]>,
): Setting<z.ZodMiniArray<z.ZodMiniNumber>> {
  const list = z.array(z.int().check(z.minimum(range.least ?? 1))).check(z.minLength(1))
  return setting(list, help, range)
}

export function flag(help: string): Default<z.ZodMiniBoolean> {
  return z._default(z.boolean(), false).check(z.describe(help))
}

export function text(help: string, { of }: Pick<OfSome<string>, 'of'> = {}): Optional<z.ZodMiniString> {
  return z.optional(z.string()).check(carrying({ description: help, of }))
}

/** The text of a file: a program gives the text, the command the file's name. */
export function file(help: string, { of }: Pick<OfSome<string>, 'of'> = {}): Optional<z.ZodMiniString> {
  return z.optional(z.string()).check(carrying({ description: help, of, file: true }))
}

/** Names in a row. */
export function texts(help: string): Optional<z.ZodMiniArray<z.ZodMiniString>> {
  return z.optional(z.array(z.string()).check(z.minLength(1))).check(z.describe(help))
}

/** The same setting where it is kept: without a default, since what is kept must be there. */
export function kept<T extends z.core.SomeType>(of: Default<T> | Optional<T>): T {
  return of._zod.def.innerType
}

/** All settings as they are kept: for a config that is its settings. */
export function keptAll<S extends SettingsShape>(of: {
  readonly shape: S
}): { [K in keyof S]: ReturnType<typeof kept<Inner<S[K]>>> } {
  return Object.fromEntries(Object.entries(of.shape).map(([name, schema]) => [name, kept(schema)])) as never
}

type SettingsShape = Readonly<Record<string, Default<z.core.SomeType> | Optional<z.core.SomeType>>>
type Inner<T> = T extends Default<infer I> | Optional<infer I> ? I : never

function setting<T extends z.ZodMiniType>(
  schema: T,
  help: string,
  { default: initial, of }: OfSome<unknown>,
): Setting<T> {
  if (of !== undefined) {
    return z.optional(schema).check(carrying({ description: help, of, default: initial })) as never
  }
  return initial === undefined
    ? (z.optional(schema).check(z.describe(help)) as never)
    : (z._default(schema, initial as never).check(z.describe(help)) as never)
}
