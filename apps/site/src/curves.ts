import { computed, defineComponent, h } from 'vue'
import { chart, dashes } from './chart.ts'
import { type FigureName, figures } from './figures.ts'

const round = (value: number) => Math.round(100 * value) / 100

/** A figure of curves by its name, drawn when the site is built. */
export const Curves = defineComponent({
  props: { of: { type: String, required: true } },
  setup(props) {
    const drawn = computed(() => {
      const figure = figures[props.of as FigureName]
      if (figure === undefined)
        throw new RangeError(`Curves: of must be ${Object.keys(figures).join(', ')}, got ${props.of}`)
      return { figure, ...chart(figure) }
    })
    return () => {
      const { figure, width, height, plot, x, y, lines } = drawn.value
      const right = plot.left + plot.width
      const bottom = plot.top + plot.height
      const across = x.ticks.map(({ at, label }) =>
        h('g', [
          h('line', { x1: round(at), x2: round(at), y1: bottom, y2: bottom + 4, class: 'tick' }),
          h('text', { x: round(at), y: bottom + 17, 'text-anchor': 'middle' }, label),
        ]),
      )
      const up = y.ticks.map(({ at, label }) =>
        h('g', [
          h('line', { x1: plot.left, x2: right, y1: round(at), y2: round(at), class: 'grid' }),
          h('text', { x: plot.left - 6, y: round(at) + 4, 'text-anchor': 'end' }, label),
        ]),
      )
      const paths = lines.map(({ d, dots }, i) =>
        h('g', { class: `series-${i}` }, [
          h('path', { d, 'stroke-dasharray': dashes[i] }),
          ...dots.map(([cx, cy]) => h('circle', { cx: round(cx), cy: round(cy), r: 3.2 })),
        ]),
      )
      const svg = h('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': figure.words }, [
        h('title', figure.words),
        ...up,
        ...across,
        ...paths,
        h('text', { x: plot.left + plot.width / 2, y: height - 4, 'text-anchor': 'middle' }, figure.x.label),
        h('text', { x: 0, y: 11 }, figure.y.label),
      ])
      const key = figure.series.map(({ name }, i) =>
        h('li', { class: `series-${i}` }, [
          h('svg', { width: 26, height: 10, 'aria-hidden': 'true' }, [
            h('path', { d: 'M1 5H25', 'stroke-dasharray': dashes[i] }),
          ]),
          name,
        ]),
      )
      return h('figure', { class: 'curves' }, [
        svg,
        h('figcaption', [h('ul', { class: 'key' }, key), h('p', figure.words)]),
      ])
    }
  },
})
