import { setWasmPaths as setTfjsWasmPaths } from '@tensorflow/tfjs-backend-wasm'

/**
 * Says where a page finds tfjs's three `.wasm` files, before the backend starts; Node finds them by itself.
 *
 * @param paths the URL of their folder, ending in "/", or a URL for each file name (all three)
 */
export function setWasmPaths(paths: string | Readonly<Record<string, string>>): void {
  setTfjsWasmPaths(typeof paths === 'string' ? paths : { ...paths })
}
