import type { CheckView, SelfTestView } from '../../rpc/connectivity.ts'
import { useApp } from '../app-context.ts'
import { Icon } from '../components/icon.tsx'
import { sentenceOfTest, titleOfCheck, wordOfState, wordsOfCheck } from '../format/check-words.ts'
import { formatMoment } from '../format/time.ts'
import { REPORT_CONTENTS } from './report.ts'

/** The test of the connection: what each check found and what to do, and a report for somebody who helps. */
export function SelfTest() {
  const { network, snapshot } = useApp()
  const { selfTest } = snapshot.value
  const isTesting = network.isTesting.value
  return (
    <section class="card" aria-labelledby="self-test-title">
      <h2 id="self-test-title">Test of the connection</h2>
      {selfTest === undefined ? (
        <p>
          Checks one thing after the other, from this device to other people’s, and says what each means. Only your
          keepers are asked.
        </p>
      ) : (
        <TestResult selfTest={selfTest} />
      )}
      <div class="button-row">
        {isTesting ? (
          <button type="button" class="button" onClick={() => network.stopTest()}>
            <Icon name="stop" />
            Stop the test
          </button>
        ) : (
          <button type="button" class="button button-primary" onClick={() => void network.test()}>
            <Icon name="check" />
            {selfTest === undefined ? 'Test the connection' : 'Test again'}
          </button>
        )}
        <button type="button" class="button" onClick={() => void network.copyReport()}>
          <Icon name="copy" />
          Copy report
        </button>
      </div>
      <p class="quiet">The report is text to paste for somebody who helps. {REPORT_CONTENTS}</p>
    </section>
  )
}

function TestResult({ selfTest }: { selfTest: SelfTestView }) {
  const { state, startedAtMs, checks } = selfTest
  return (
    <>
      <p class="numbers">
        {state === 'stopped' ? 'The test was stopped. ' : ''}
        {sentenceOfTest(selfTest)}
        {state === 'running' ? null : <span class="quiet"> {formatMoment(startedAtMs)}</span>}
      </p>
      <ol class="checks">
        {checks.map((check) => (
          <Check key={check.name} check={check} />
        ))}
      </ol>
    </>
  )
}

function Check({ check }: { check: CheckView }) {
  const { name, state } = check
  const words = wordsOfCheck(check)
  return (
    <li class={`check check-${state}`}>
      <CheckSign state={state} />
      <div>
        <p class="check-title">
          {titleOfCheck(name)}
          <span class="check-state">{wordOfState(state)}</span>
        </p>
        {words === undefined ? null : <p class="check-text">{words.text}</p>}
        {words?.advice === undefined ? null : <p class="check-text">{words.advice}</p>}
      </div>
    </li>
  )
}

function CheckSign({ state }: Pick<CheckView, 'state'>) {
  if (state === 'ok') return <Icon name="check" />
  if (state === 'failed') return <Icon name="warning" />
  return <span class="check-sign" aria-hidden="true" />
}
