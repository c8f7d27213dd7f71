import { readFileSync } from 'node:fs'
import { icon } from '@chiaro/demo/icon'
import { contentPolicy, inlineScripts, withPolicy } from '@chiaro/demo/policy'
import { katex } from '@mdit/plugin-katex'
import { defineConfig } from 'vitepress'
import { fewerSpans } from '../src/fewer-spans.ts'

const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
const { modules, truths } = read('../pages/generated/sidebar.json')
const page = (text: string, link: string) => ({ text, link })

const learn = [
  page('The story', '/learn/'),
  page('Energy-based models', '/learn/energy-based-models'),
  page('Maximum likelihood and Z', '/learn/maximum-likelihood'),
  page('Contrastive divergence', '/learn/contrastive-divergence'),
  page('Score matching', '/learn/score-matching'),
  page('Noise-contrastive estimation', '/learn/noise-contrastive-estimation'),
  page('Ranking NCE', '/learn/ranking-nce'),
  page('SimCLR', '/learn/simclr'),
  page('CLIP', '/learn/clip'),
  page('Mutual information', '/learn/mutual-information'),
]
const guides = [
  page('Choosing a noise', '/guides/choosing-a-noise'),
  page('Temperature', '/guides/temperature'),
  page('Big batches', '/guides/big-batches'),
  page('Which backend', '/guides/which-backend'),
  page('From Python', '/guides/from-python'),
  page('Anomaly detection', '/guides/anomaly-detection'),
  page('Saving and resuming', '/guides/saving-and-resuming'),
  page('In a worker', '/guides/in-a-worker'),
  page('In a server', '/guides/in-a-server'),
  page('From a laptop to a cluster', '/guides/many-machines'),
  page('Versions', '/guides/versions'),
]

/** What its theme writes into a page while the colours change, word for word; the check of the site sees another. */
const noTransition =
  '*,*::before,*::after{-webkit-transition:none!important;-moz-transition:none!important;-o-transition:none!important;-ms-transition:none!important;transition:none!important}'

export default defineConfig({
  title: 'Chiaro',
  description: 'Representation learning by contrast, in TypeScript.',
  lang: 'en-GB',
  head: [['link', { rel: 'icon', href: icon }]],
  srcDir: 'pages',
  outDir: 'dist',
  // The pages link to each other relatively, so that the site can lie in any folder of a host.
  base: process.env.SITE_BASE ?? '/',
  rewrites: { 'generated/:rest*': ':rest*' },
  cleanUrls: false,
  transformPageData(page) {
    // Its table is as wide as the page.
    if (page.relativePath === 'compare.md') page.frontmatter.aside = false
  },
  // VitePress sets the colours before anything is drawn, by scripts in the page; code and formulas have styles in their tags.
  transformHtml: html =>
    withPolicy(
      html,
      contentPolicy({ scripts: inlineScripts(html), styles: [noTransition], styleAttributes: true }),
    ),
  metaChunk: true,
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    codeTransformers: [fewerSpans as never],
    config(md) {
      // A formula is not a template of Vue's, and where it is wider than the page, keys move it.
      md.use(katex, {
        transformer: (html: string) =>
          html
            .replace(/^<(span|p)/, '<$1 v-pre')
            .replace('class="katex-display"', 'class="katex-display" tabindex="0"'),
      })
      // A head without words is none.
      md.core.ruler.push('empty-heads', ({ tokens }) => {
        for (const [i, { type }] of tokens.entries())
          if (type === 'th_open' && tokens[i + 1].content === '')
            for (const token of [tokens[i], tokens[i + 2]]) token.tag = 'td'
      })
    },
  },
  themeConfig: {
    nav: [
      { text: 'Learn', link: '/learn/', activeMatch: '^/learn/' },
      { text: 'Guides', link: '/guides/choosing-a-noise', activeMatch: '^/guides/' },
      { text: 'Reference', link: '/reference/', activeMatch: '^/reference/' },
      { text: 'Measured', link: '/measured/', activeMatch: '^/measured/' },
      { text: 'Compare', link: '/compare' },
    ],
    sidebar: {
      '/learn/': [{ text: 'Learn', items: learn }],
      '/guides/': [{ text: 'Guides', items: guides }],
      '/reference/': [{ text: 'Reference', items: modules }],
      '/measured/': [{ text: 'Measured', items: truths }],
    },
    outline: [2, 3],
    search: { provider: 'local' },
    docFooter: { prev: 'Before', next: 'Next' },
  },
  vite: {
    // The figures compute with our sources: the site needs no build of the packages.
    resolve: { conditions: ['@chiaro/source'] },
    worker: { format: 'es' },
    build: { target: 'es2022', chunkSizeWarningLimit: 2000 },
  },
})
