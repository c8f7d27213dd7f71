import type { PlaneFigureSettings, PlanePlot, startPlaneFigure } from '@chiaro/demo/plane-figure'
import { useData } from 'vitepress'
import { defineComponent, h, onBeforeUnmount, onMounted, type PropType, ref, watch } from 'vue'

type Running = ReturnType<typeof startPlaneFigure>

const captions: Readonly<Record<PlanePlot, string>> = {
  rows: 'Data (blue) and noise (orange)',
  density: 'Learned density, log p',
  decision: 'Classifier, the probability that x is data',
  chains: 'Langevin samples of the model',
  loss: 'Loss, batch by batch',
  partition: 'log Z: learned (dashed) and summed on a grid',
}
const buttons = {
  starting: 'Starting…',
  running: 'Pause',
  paused: 'Go on',
  done: 'Train again',
  failed: 'Try again',
}

/** The density lab's run in some of its plots; nothing is loaded and nothing computed before it is started. */
export const Plane = defineComponent({
  props: {
    plots: { type: Array as PropType<readonly PlanePlot[]>, required: true },
    settings: { type: Object as PropType<Partial<PlaneFigureSettings>>, default: () => ({}) },
  },
  setup(props) {
    const { isDark } = useData()
    const places: Partial<Record<PlanePlot, HTMLElement>> = {}
    const state = ref<keyof typeof buttons>()
    const words = ref('')
    const ready = ref(false)
    let running: Running | undefined

    async function press() {
      if (running !== undefined) return state.value === 'running' ? running.pause() : running.resume()
      state.value = 'starting'
      const { startPlaneFigure } = await import('@chiaro/demo/plane-figure')
      running = startPlaneFigure({
        settings: props.settings,
        places,
        tell: told => {
          state.value = told.state
          words.value = told.words
        },
      })
    }
    onMounted(() => {
      ready.value = true
    })
    watch(isDark, () => requestAnimationFrame(() => running?.redraw()))
    onBeforeUnmount(() => running?.end())

    return () =>
      h('figure', { class: 'plane' }, [
        h(
          'div',
          { class: 'plots', hidden: state.value === undefined },
          props.plots.map(name =>
            h('div', { key: name }, [
              h('p', captions[name]),
              h('div', {
                class: 'plot',
                ref: place => {
                  places[name] = place as HTMLElement
                },
              }),
            ]),
          ),
        ),
        h('figcaption', [
          h(
            'button',
            { type: 'button', disabled: !ready.value || state.value === 'starting', onClick: press },
            state.value === undefined ? 'Train it here' : buttons[state.value],
          ),
          h(
            'span',
            { role: 'status' },
            words.value || 'On this page, in a worker: nothing leaves your machine.',
          ),
        ]),
      ])
  },
})
