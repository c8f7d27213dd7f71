import { download } from './download.ts'
import { fillForm, onForm, prepareForm, readForm, withLive } from './form.ts'
import type { Lab, LabPage } from './lab-face.ts'
import type { LabKinds, SettingsOf } from './lab-kinds.ts'
import { linkWorker } from './link-worker.ts'
import type { LabReport, Losses, Prepared, RunState } from './messages.ts'
import { onRunFile } from './on-run-file.ts'
import { createPlots } from './plot-places.ts'
import { byId, createAnnouncer, fail, say, showButtons, stateWords } from './run-controls.ts'
import { clearFigures, showProgress } from './write-figure.ts'

/** Brings a lab to life: the page's form on one side, the worker on the other. */
export function startLab<L extends LabKinds>(pageOf: (lab: Lab<L>) => LabPage<L>): void {
  const { announce, nowAndThen } = createAnnouncer()
  const page = pageOf({
    touch: (...names) => plots.touch(...names),
    touchAll: () => plots.touchAll(),
    ask: asked => post({ kind: 'ask', asked }),
    begin: () => begin(),
    leave() {
      back = false
      leave()
    },
    settings: () => settings,
    prepared: () => prepared,
    losses: () => losses,
    announce,
  })
  const { fields } = page
  const form = byId<HTMLFormElement>('settings')
  prepareForm(form, fields)
  /** Whether the worker computes; whether a run is awaited, whether that takes long, and whether it comes from a file. */
  let [ready, preparing, reading, opening] = [false, false, false, false]
  /** Whether the run that is there, or was before the one that is awaited, was not left by choice. */
  let back = false
  let state: RunState = 'paused'
  let settings: SettingsOf<L> = fields.defaults
  let prepared: Prepared<L> | undefined
  let losses: Losses = []
  const plots = createPlots(page.plots, { urgent: page.urgent, busy: () => state === 'running' })
  const post = linkWorker<L>(page.worker, receive)

  const stepNow = () => losses.at(-1)?.step ?? prepared?.step ?? 0
  const sentence = () => page.sentence(stepNow(), losses.at(-1)?.loss)
  function buttons() {
    const [there, startable] = [prepared !== undefined, page.startable?.() ?? false]
    showButtons({ ready, there, preparing, reading, startable, state, step: stepNow() })
  }

  function leave() {
    if (state === 'running') post({ kind: 'pause' })
    ;[prepared, losses] = [undefined, []]
    buttons()
  }

  function begin() {
    const wanted = readForm(form, fields, fail)
    if (wanted === undefined) return
    settings = wanted
    page.chosen?.(settings)
    const given = page.given?.(settings) ?? {}
    preparing = typeof given !== 'string'
    reading = false
    leave()
    if (typeof given !== 'string') return post({ kind: 'begin', settings, ...given, back })
    back = false
    post({ kind: 'pause' })
    showNothing(0)
    say(given)
  }

  /** What was typed counts, as far as it may change while a run goes on. */
  function change() {
    const wanted = readForm(form, fields, fail)
    if (wanted === undefined || prepared === undefined) return
    const after = withLive(fields, settings, wanted)
    if (JSON.stringify(after) === JSON.stringify(settings)) return
    page.changed?.(settings, after)
    settings = after
    post({ kind: 'change', settings })
  }

  function receive(report: LabReport<L>) {
    switch (report.kind) {
      case 'ready':
        ready = true
        byId('backend').textContent = `Computes on ${report.words}, in a worker of its own.`
        return begin()
      case 'remark':
        reading = preparing
        buttons()
        return say(report.words)
      case 'prepared':
        return receivePrepared(report.prepared)
      case 'figures':
        losses = [...losses, ...report.figures.losses]
        showProgress(report.figures, settings.steps)
        page.figures(report.figures)
        buttons()
        return plots.touch('loss')
      case 'shown':
        plots.touch(...page.show(report.shown))
        return state === 'running' ? nowAndThen(sentence) : undefined
      case 'state':
        state = report.state
        announce(`${stateWords[state]} ${sentence()}`)
        return buttons()
      case 'saved':
        return download(report.file, report.name)
      case 'failed':
        if (preparing) page.failed?.(settings)
        preparing = reading = opening = false
        if (prepared === undefined) say('')
        buttons()
        return fail(report.message)
    }
  }

  function receivePrepared(next: Prepared<L>) {
    ;[prepared, losses, settings] = [next, [], next.settings]
    // What was typed meanwhile stays, and counts.
    if (opening || next.again) fillForm(form, settings)
    else change()
    if (!next.again) preparing = false
    reading = opening = false
    back = true
    page.chosen?.(settings)
    showNothing(next.step)
    page.prepared?.(next)
    page.figures(undefined)
    buttons()
  }

  /** Nothing is known any more of the run before. */
  function showNothing(step: number) {
    page.clear()
    clearFigures(step, settings.steps)
    plots.touchAll()
  }

  page.chosen?.(settings)
  onForm(form, fields, {
    begin,
    change,
    run() {
      if (!ready) return
      if (reading) return post({ kind: 'stop' })
      if (state === 'running') return post({ kind: 'pause' })
      if (!preparing && (prepared === undefined || state !== 'paused')) begin()
      if (preparing || prepared !== undefined) post({ kind: 'resume', awaited: preparing })
    },
  })
  byId('reset').addEventListener('click', begin)
  byId('save').addEventListener('click', () => post({ kind: 'save' }))
  onRunFile(file => {
    if (!ready) return
    fail('')
    opening = true
    post({ kind: 'open', file })
  }, page.dropped)
}
