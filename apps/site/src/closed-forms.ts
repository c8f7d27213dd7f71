import examples from '@chiaro/gallery/closed-forms.json' with { type: 'json' }
import { computed, defineComponent, h } from 'vue'

const digits = (value: number) => value.toFixed(4).replace('-', '−')

/** What the gallery measured of some equations, each beside its closed form: `of` is "1.3 1.8". */
export const ClosedForms = defineComponent({
  props: { of: { type: String, required: true } },
  setup(props) {
    const asked = computed(() => props.of.split(' '))
    return () => {
      const rows = examples
        .filter(({ equation }) => asked.value.includes(equation))
        .flatMap(({ equation, rows }) =>
          rows.map(({ what, got, closedForm, tolerance }) =>
            h('tr', [
              h('td', equation),
              h('td', what),
              h('td', { class: 'number' }, digits(got)),
              h('td', { class: 'number' }, digits(closedForm)),
              h('td', { class: 'number' }, String(Number(tolerance.toPrecision(2)))),
            ]),
          ),
        )
      const head = ['equation', 'what', 'here', 'closed form', 'may differ by'].map(name =>
        h('th', { scope: 'col' }, name),
      )
      return h('table', { tabindex: 0 }, [h('thead', h('tr', head)), h('tbody', rows)])
    }
  },
})
