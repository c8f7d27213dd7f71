import { useData, withBase } from 'vitepress'
import { defineComponent, h, onBeforeUnmount, onMounted, type PropType, ref, watch } from 'vue'

/** What each lab's plots are called here. */
const captions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  density: {
    rows: 'Data (blue) and noise (orange)',
    density: 'Learned density, log p',
    decision: 'Classifier, the probability that x is data',
    chains: 'Langevin samples of the model',
    loss: 'Loss, batch by batch',
    partition: 'log Z: learned (dashed) and summed on a grid',
  },
  simclr: {
    views: 'Pictures of a batch, and two views of each',
    map: 'Embeddings: pictures that the encoder finds alike lie together',
    loss: 'Loss; dashed, log(2N − 1): nothing told apart',
    accuracy: 'Nearest neighbours of the right class; dashed, by pixels; grey, by chance',
    alignment: 'Alignment of two views',
    uniformity: 'Uniformity on the sphere',
  },
  clip: {
    ranking: 'The pictures nearest to the words',
    loss: 'Loss; dashed, log N: nothing told apart',
    recall: 'Captions that find their picture: first (blue), among ten (green), never seen (orange)',
    matrix: 'Cosines of words and pictures',
    groups: 'Groups told without training on them',
  },
}
const figures = {
  density: () => import('@chiaro/demo/density-figure'),
  simclr: () => import('@chiaro/demo/simclr-figure'),
  clip: () => import('@chiaro/demo/clip-figure'),
}
const buttons = {
  starting: 'Starting…',
  running: 'Pause',
  paused: 'Go on',
  done: 'Train again',
  failed: 'Try again',
}

interface Running {
  pause(): void
  resume(): void
  redraw(): void
  end(): void
}
/** What every lab's figure takes, its own settings and plots apart. */
type Start = (options: {
  readonly settings: object
  readonly text: string | undefined
  readonly places: Readonly<Record<string, HTMLElement>>
  readonly tell: (told: { readonly state: keyof typeof buttons; readonly words: string }) => void
  readonly address: string
}) => Running

/** A lab's run in some of its plots; nothing is loaded and nothing computed before it is started. */
export const Live = defineComponent({
  props: {
    lab: { type: String as PropType<keyof typeof figures>, default: 'density' },
    plots: { type: Array as PropType<readonly string[]>, required: true },
    settings: { type: Object, default: () => ({}) },
    text: String,
  },
  setup(props) {
    const { isDark } = useData()
    const places: Record<string, HTMLElement> = {}
    const state = ref<keyof typeof buttons>()
    const words = ref('')
    const ready = ref(false)
    let running: Running | undefined

    async function press() {
      if (running !== undefined) return state.value === 'running' ? running.pause() : running.resume()
      state.value = 'starting'
      const { start } = await figures[props.lab]()
      running = (start as unknown as Start)({
        ...{ settings: props.settings, text: props.text, places },
        tell: told => {
          state.value = told.state
          words.value = told.words
        },
        address: new URL(withBase('/'), location.href).href,
      })
    }
    onMounted(() => {
      ready.value = true
    })
    watch(isDark, () => requestAnimationFrame(() => running?.redraw()))
    onBeforeUnmount(() => running?.end())

    return () =>
      h('figure', { class: ['live', props.lab] }, [
        h(
          'div',
          { class: 'plots', hidden: state.value === undefined },
          props.plots.map(name =>
            h('div', { key: name, class: name }, [
              h('p', captions[props.lab][name]),
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
