import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { drawAtlas } from './emoji-atlas.mjs'
import { withParts } from './page-parts.mjs'
import { contentPolicy, withPolicy } from './policy.mjs'

const root = fileURLToPath(new URL('.', import.meta.url))

// The two headers make the page cross-origin isolated: only such pages may share memory between threads.
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

export default {
  root,
  base: './',
  // A page for each lab, so that a visitor loads no more than the lab that is open.
  appType: 'mpa',
  plugins: [
    { name: 'emoji-atlas', buildStart: drawAtlas },
    {
      name: 'page-parts',
      transformIndexHtml: {
        order: 'pre', // the stylesheet it names is still to be built
        handler: (html, { filename }) => withParts(html, basename(filename)),
      },
    },
    {
      name: 'policy',
      apply: 'build', // a page that is being worked on has scripts of Vite's in it
      transformIndexHtml: html => withPolicy(html, contentPolicy()),
    },
  ],
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rollupOptions: { input: readdirSync(root).filter(name => name.endsWith('.html')) },
  },
  worker: { format: 'es' },
  server: { headers },
  // Of two policies, this one and the page's own, both hold.
  preview: { headers: { ...headers, 'Content-Security-Policy': contentPolicy({ threads: true }) } },
}
