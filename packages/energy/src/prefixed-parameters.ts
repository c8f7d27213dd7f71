import type { Parameters } from '@chiaro/core'

/** The parameters of several parts under one roof, "<name>/…" each. */
export function prefixedParameters(
  parts: Readonly<Record<string, { readonly parameters: Parameters }>>,
): Parameters {
  return Object.fromEntries(
    Object.entries(parts).flatMap(([part, { parameters }]) =>
      Object.entries(parameters).map(([name, variable]) => [`${part}/${name}`, variable]),
    ),
  )
}
