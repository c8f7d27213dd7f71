import { cpSync, readdirSync } from 'node:fs'

const files = new URL('./node_modules/@chiaro/backend-wasm/dist/generated/', import.meta.url)
for (const name of readdirSync(files))
  if (name.endsWith('.wasm')) cpSync(new URL(name, files), new URL(`./dist/${name}`, import.meta.url))
cpSync(new URL('./index.html', import.meta.url), new URL('./dist/index.html', import.meta.url))
