import { createHash } from 'node:crypto'

/** An inline text as a policy names it. */
const hashOf = text => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** The sheets that Plot writes into its drawings and its legends, word for word; the check of the pages sees others. */
const plotStyles = [
  `:where(.plot-d6a7b5) {
  --plot-background: white;
  display: block;
  height: auto;
  height: intrinsic;
  max-width: 100%;
}
:where(.plot-d6a7b5 text),
:where(.plot-d6a7b5 tspan) {
  white-space: pre;
}`,
  `:where(.plot-d6a7b5-ramp) {
  display: block;
  height: auto;
  height: intrinsic;
  max-width: 100%;
  overflow: visible;
}
:where(.plot-d6a7b5-ramp text) {
  white-space: pre;
}`,
]

/**
 * What a page of ours may load and run, as a content security policy: its own files and nothing else, no inline script but
 * the given ones, no `eval`; WASM is compiled, and pictures are what a user gave. `styleAttributes`: whether the page's own
 * HTML has style="…". `threads`: for a worker, which has the policy that it is sent with; the threads of tfjs are made of
 * blobs.
 *
 * @param {{ scripts?: readonly string[], styles?: readonly string[], styleAttributes?: boolean, threads?: boolean }} options
 */
export function contentPolicy({ scripts = [], styles = [], styleAttributes = false, threads = false } = {}) {
  const blobs = threads ? ['blob:'] : []
  const sources = {
    'default-src': ["'none'"],
    'script-src': ["'self'", "'wasm-unsafe-eval'", ...blobs, ...new Set(scripts.map(hashOf))],
    'worker-src': ["'self'", ...blobs],
    'style-src-elem': ["'self'", ...[...plotStyles, ...styles].map(hashOf)],
    'style-src-attr': [styleAttributes ? "'unsafe-inline'" : "'none'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'font-src': ["'self'", 'data:'],
    'connect-src': ["'self'", 'data:', 'blob:'],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
  }
  return Object.entries(sources)
    .map(([what, from]) => `${what} ${from.join(' ')}`)
    .join('; ')
}

/** A page with its policy in its head, so that it holds wherever the page lies. */
export const withPolicy = (html, policy) =>
  html.replace('<head>', `<head>\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`)

/** The inline scripts of a page. */
export const inlineScripts = html =>
  [...html.matchAll(/<script\b(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(([, text]) => text)
