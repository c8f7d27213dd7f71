// The site: pages of the sources and of committed measurements, then VitePress. node apps/site/build.mjs [--pages]
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { drawAtlas } from '@chiaro/demo/emoji-atlas'
import { build } from 'vitepress'
import { measuredPages } from './measured.mjs'
import { referencePages } from './reference.mjs'

const site = dirname(fileURLToPath(import.meta.url))
const root = join(site, '../..')
const generated = join(site, 'pages/generated')

rmSync(generated, { recursive: true, force: true })
mkdirSync(join(generated, 'measured'), { recursive: true })
const measured = measuredPages(root)
for (const { name, text } of measured) writeFileSync(join(generated, 'measured', `${name}.md`), text)
const modules = await referencePages(root, join(generated, 'reference'))
const sidebar = {
  truths: measured.map(({ name, title }) => ({
    text: title,
    link: `/measured/${name === 'index' ? '' : name}`,
  })),
  modules: [{ text: 'Packages', link: '/reference/' }, ...modules],
}
writeFileSync(join(generated, 'sidebar.json'), JSON.stringify(sidebar))
if (!process.argv.includes('--pages')) {
  await build(site)
  // The CLIP lab's pictures, fetched when its figure is started.
  cpSync(await drawAtlas(), join(site, 'dist/emoji'), { recursive: true })
  console.log(`The site is in ${join(site, 'dist')}: npm run serve in apps/site shows it.`)
}
