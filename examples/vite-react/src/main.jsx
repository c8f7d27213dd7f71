import { createRoot } from 'react-dom/client'
import { useTraining } from './use-training.js'

function App() {
  const step = useTraining()
  return (
    <main data-done={step?.step === 20}>
      <h1>A projection, learned in this page</h1>
      <output>{step ? `step ${step.step}: loss ${step.loss.toFixed(4)}` : '…'}</output>
    </main>
  )
}

createRoot(document.querySelector('#root')).render(<App />)
