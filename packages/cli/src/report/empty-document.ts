import { parseHTML } from 'linkedom'

/** What a plot draws itself into outside of a browser. */
export function emptyDocument(): Document {
  return parseHTML('<!doctype html><html><body></body></html>').document as unknown as Document
}
