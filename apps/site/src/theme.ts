import type { Theme } from 'vitepress'
import DefaultTheme from 'vitepress/theme-without-fonts'
import { ClosedForms } from './closed-forms.ts'
import { Curves } from './curves.ts'
import { Live } from './live.ts'
import 'katex/dist/katex.min.css'
import './site.css'

/** VitePress's own theme with the fonts of the system, and the figures of the pages. */
export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('ClosedForms', ClosedForms)
    app.component('Curves', Curves)
    app.component('Live', Live)
  },
} satisfies Theme
