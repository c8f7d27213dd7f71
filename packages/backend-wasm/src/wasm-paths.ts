import { setWasmPaths as setTfjsWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { type WasmFile, wasmFiles } from './platform/platform.ts'

/** Where tfjs looks for each file: it asks this record when the backend starts, and looks elsewhere where it has nothing. */
const places: Record<string, string | undefined> = Object.fromEntries(wasmFiles.map(name => [name, name]))
// tfjs wants a place for each; what it then asks is the record as it is by then.
setTfjsWasmPaths(places as Record<string, string>)
for (const name of wasmFiles) places[name] = undefined

let given: Readonly<Partial<Record<string, string>>> = {}

/**
 * Says where tfjs's `.wasm` files are, before the backend starts. Needed where a bundler does not carry them along, as
 * esbuild does not.
 *
 * @param paths the URL of their folder (in Node a path), ending in "/", or one for each file name
 */
export function setWasmPaths(paths: string | Readonly<Record<string, string>>): void {
  given =
    typeof paths === 'string' ? Object.fromEntries(wasmFiles.map(name => [name, paths + name])) : { ...paths }
}

/** The place that the user has given for a file. */
export function givenPlace(name: WasmFile): string | undefined {
  return given[name]
}

/** Says to tfjs where a file is; undefined leaves it to tfjs. */
export function lookAt(name: WasmFile, place: string | undefined): void {
  places[name] = place
}
