import { useSignal } from '@preact/signals'
import type { ErrorView } from '../../rpc/api.ts'
import type { CommunityView } from '../../rpc/history-api.ts'
import { useApp } from '../app-context.ts'
import { FieldError } from '../components/field-error.tsx'
import { ColorChoice, COLORS } from './color-choice.tsx'

/** Owners: the name, the words and the channels of a community. */
export function DescribeForm({ community }: { community: CommunityView }) {
  const app = useApp()
  const { id } = community
  const name = useSignal(community.name)
  const description = useSignal(community.description)
  const color = useSignal<string>(community.color ?? COLORS[0])
  const channels = useSignal(
    community.channels.map((channel): EditedChannel => ({ id: channel.id, name: channel.name })),
  )
  const error = useSignal<Pick<ErrorView, 'message' | 'advice'> | undefined>(undefined)
  const submit = async (event: Event) => {
    event.preventDefault()
    const named = channels.peek().filter((channel) => channel.name.trim() !== '')
    if (name.peek().trim() === '' || named.length === 0) {
      error.value = { message: 'A community needs a name and a channel.', advice: 'Nothing was changed.' }
      return
    }
    const words = { name: name.peek().trim(), description: description.peek().trim(), color: color.peek() }
    error.value = await app.history.actions.describe(id, { ...words, channels: named })
    if (error.peek() === undefined) app.announce('The description was signed and sent')
  }
  return (
    <details class="fold">
      <summary>Change its name, words and channels</summary>
      <form class="form fold-body" noValidate onSubmit={(event) => void submit(event)}>
        <label class="form-field">
          <span>Name</span>
          <input
            class="field"
            type="text"
            maxLength={60}
            value={name.value}
            onInput={({ currentTarget }) => (name.value = currentTarget.value)}
          />
        </label>
        <label class="form-field">
          <span>What it is about</span>
          <input
            class="field"
            type="text"
            maxLength={140}
            value={description.value}
            onInput={({ currentTarget }) => (description.value = currentTarget.value)}
          />
        </label>
        <ColorChoice color={color} />
        <fieldset class="form-field">
          <legend>Channels</legend>
          {channels.value.map((channel, at) => (
            <input
              key={channel.id ?? at}
              class="field"
              type="text"
              maxLength={60}
              aria-label={channel.id === undefined ? 'New channel' : `Channel ${at + 1}`}
              value={channel.name}
              onInput={({ currentTarget }) => {
                channels.value = channels.peek().with(at, { ...channel, name: currentTarget.value })
              }}
            />
          ))}
        </fieldset>
        <div class="button-row">
          <button type="button" class="button" onClick={() => (channels.value = [...channels.peek(), { name: '' }])}>
            <span>Add a channel</span>
          </button>
          <button type="submit" class="button button-primary">
            Sign and send
          </button>
        </div>
        <FieldError id="describe-error" error={error.value} />
        <p class="quiet">
          Members see the change when they hear of it. A removed channel keeps its messages in the archives.
        </p>
      </form>
    </details>
  )
}

interface EditedChannel {
  readonly id?: string
  readonly name: string
}
