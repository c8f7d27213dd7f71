import type { BackendName } from '@chiaro/backend'

/** What a lab may be asked to compute on. */
export type BackendWish = BackendName | 'auto'

const wishes: readonly string[] = ['auto', 'webgpu', 'webgl', 'wasm', 'cpu'] satisfies BackendWish[]

/** The backend that the address asks for, as in `?backend=webgl`; wasm where it asks for none. */
export function chosenBackend(): BackendWish {
  const wish = new URLSearchParams(location.search).get('backend') ?? 'wasm'
  if (wishes.includes(wish)) return wish as BackendWish
  throw new RangeError(`The address asks for the backend “${wish}”; there are ${wishes.join(', ')}.`)
}

/** The links to the other labs keep what the address says of the backend. */
export function carryBackend(): void {
  if (!new URLSearchParams(location.search).has('backend')) return
  for (const link of document.querySelectorAll<HTMLAnchorElement>('.top a')) link.search = location.search
}
