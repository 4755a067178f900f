import type { TransferView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'
import { Icon } from '../components/icon.tsx'
import { displayName } from '../format/names.ts'
import { isRunning } from '../format/words.ts'

/** Pauses and stops what runs, takes up what was stopped, dismisses what has ended. */
export function TransferButtons({ transfer }: { transfer: TransferView }) {
  if (isRunning(transfer)) return <RunningButtons transfer={transfer} />
  return transfer.phase.state === 'failed' ? null : <EndedButtons transfer={transfer} />
}

function RunningButtons({ transfer }: { transfer: TransferView }) {
  const { files, discarding } = useApp()
  const name = displayName(transfer.name)
  const isPaused = transfer.phase.state === 'paused'
  const verb = isPaused ? 'Resume' : 'Pause'
  // What an upload stored is lost when it is stopped; a fetch keeps what arrived.
  const isLossy = transfer.kind === 'upload' && transfer.doneBytes > 0
  const stop = () => void files.stop(transfer.id)
  const askToStop = () => {
    discarding.value = { name: transfer.name, storedBytes: transfer.doneBytes, isRunning: true, confirm: stop }
  }
  return (
    <div class="transfer-buttons">
      {transfer.isPausable ? (
        <button
          type="button"
          class="button"
          aria-label={`${verb} ${name}`}
          onClick={() => void (isPaused ? files.resume(transfer.id) : files.pause(transfer.id))}
        >
          <Icon name={isPaused ? 'resume' : 'pause'} />
          <span class="button-word">{verb}</span>
        </button>
      ) : null}
      <button type="button" class="button" aria-label={`Stop ${name}`} onClick={isLossy ? askToStop : stop}>
        <Icon name="stop" />
        <span class="button-word">Stop</span>
      </button>
    </div>
  )
}

function EndedButtons({ transfer }: { transfer: TransferView }) {
  const { files } = useApp()
  const name = displayName(transfer.name)
  const { kind, cid, phase } = transfer
  return (
    <div class="transfer-buttons">
      {kind === 'fetch' && phase.state === 'cancelled' && cid !== undefined ? (
        <button
          type="button"
          class="button"
          aria-label={`Go on with ${name}`}
          onClick={() => void files.fetchAgain(cid)}
        >
          <Icon name="retry" />
          <span class="button-word">Go on</span>
        </button>
      ) : null}
      <button
        type="button"
        class="button button-quiet"
        aria-label={`Dismiss ${name}`}
        onClick={() => void files.dismiss(transfer.id)}
      >
        <Icon name="close" />
      </button>
    </div>
  )
}
