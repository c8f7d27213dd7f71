/** The bounds of a number of the form: the task's own, or narrower where a page would be slow or out of memory. */
export interface NumberField {
  readonly label: string
  readonly least: number
  readonly most: number
  readonly whole: boolean
}

/** The settings of a kind. */
type Of<Kind, S> = { readonly [Name in keyof S as S[Name] extends Kind ? Name : never]: S[Name] }

/** A lab's settings as its form has them. */
export interface Fields<S extends object> {
  readonly defaults: S
  readonly numbers: { readonly [Name in keyof Of<number, S>]: NumberField }
  /** What the choices of a select are called. */
  readonly choices: {
    readonly [Name in keyof Of<string, S>]: Readonly<Record<Of<string, S>[Name] & string, string>>
  }
  /** What may change while a run goes on; another of the rest makes another run. */
  readonly live: readonly (keyof S)[]
}

type Values = Readonly<Record<string, string | number | boolean>>

const inputOf = (form: HTMLFormElement, name: string) => form.elements.namedItem(name) as HTMLInputElement

/** Puts choices, bounds and defaults into a form, once. */
export function prepareForm<S extends object>(
  form: HTMLFormElement,
  { choices, numbers, defaults }: Fields<S>,
): void {
  for (const [name, labels] of Object.entries<Readonly<Record<string, string>>>(choices)) {
    const options = Object.entries(labels).map(([value, label]) => new Option(label, value))
    inputOf(form, name).append(...options)
  }
  for (const [name, { least, most, whole }] of Object.entries<NumberField>(numbers)) {
    const input = inputOf(form, name)
    Object.assign(input, { min: String(least), max: String(most) })
    if (input.type !== 'range') input.step = whole ? '1' : 'any'
    input.inputMode = whole ? 'numeric' : 'decimal'
  }
  fillForm(form, defaults)
}

/** Puts settings into a form. */
export function fillForm(form: HTMLFormElement, settings: object): void {
  for (const [name, value] of Object.entries(settings as Values)) {
    const input = inputOf(form, name)
    if (typeof value === 'boolean') input.checked = value
    else input.value = String(value)
  }
}

/** The settings as they stand in a form; where something is wrong, none, and `fail` is told of the first in words. */
export function readForm<S extends object>(
  form: HTMLFormElement,
  { defaults, numbers }: Fields<S>,
  fail: (message: string) => void,
): S | undefined {
  let problem: string | undefined
  const entries = Object.entries(defaults as Values).map(([name, initial]) => {
    const input = inputOf(form, name)
    if (typeof initial === 'boolean') return [name, input.checked]
    if (typeof initial === 'string') return [name, input.value]
    const field = (numbers as Readonly<Record<string, NumberField>>)[name]
    const value = input.value.trim() === '' ? Number.NaN : Number(input.value)
    const wrong = complaint(field, value)
    input.setAttribute('aria-invalid', String(wrong !== undefined))
    if (wrong !== undefined) problem ??= `${field.label}: ${wrong}`
    return [name, value]
  })
  fail(problem ?? '')
  return problem === undefined ? (Object.fromEntries(entries) as S) : undefined
}

/** Settings with those of others that may change while a run goes on. */
export function withLive<S extends object>({ live }: Fields<S>, settings: S, wanted: S): S {
  return { ...settings, ...Object.fromEntries(live.map(name => [name, wanted[name]])) }
}

/** What is wrong with a number, in words; undefined when nothing is. */
export function complaint({ least, most, whole }: NumberField, value: number): string | undefined {
  if (value >= least && value <= most && (!whole || Number.isInteger(value))) return undefined
  return `Please give ${whole ? 'a whole number' : 'a number'} from ${least} to ${most}.`
}

/** What a form is for. */
export interface FormActs {
  /** Another run is wanted. */
  readonly begin: () => void
  /** Something that may change while a run goes on has changed. */
  readonly change: () => void
  /** The run button was pressed. */
  readonly run: () => void
}

/** Calls what a form is for; what is typed counts after a rest. */
export function onForm<S extends object>(
  form: HTMLFormElement,
  { defaults, numbers, live }: Fields<S>,
  { begin, change, run }: FormActs,
): void {
  const isLive = (name: string) => (live as readonly string[]).includes(name)
  const changeSoon = rested(change)
  form.addEventListener('input', ({ target }) => {
    const { name } = target as HTMLInputElement
    if (isLive(name) && Object.hasOwn(numbers, name)) changeSoon()
  })
  form.addEventListener('change', ({ target }) => {
    const { name } = target as HTMLInputElement
    if (!Object.hasOwn(defaults, name)) return
    if (!isLive(name)) begin()
    else if (!Object.hasOwn(numbers, name)) change()
  })
  form.addEventListener('submit', event => {
    event.preventDefault()
    run()
  })
}

/** Milliseconds of rest before something typed counts. */
const restOfTyping = 300

/** Does something once its cause has rested. */
export function rested(act: () => void): () => void {
  let resting: ReturnType<typeof setTimeout> | undefined
  return () => {
    clearTimeout(resting)
    resting = setTimeout(act, restOfTyping)
  }
}
