import { useApp } from '../app-context.ts'
import { Icon, Mark } from '../components/icon.tsx'
import { FOLLOW_BOX_ID } from './element-ids.ts'
import { SampleCommunity } from './sample-community.tsx'

/** What to do first. */
export function EmptyCommunities() {
  const { history } = useApp()
  return (
    <section class="empty" aria-labelledby="empty-title">
      <Mark />
      <h2 id="empty-title">Read a community, or begin one</h2>
      <p>
        A community’s history is kept by its members: whoever reads it helps to keep it, and it stays when its owner
        goes offline. No account, and nothing unsigned is ever shown.
      </p>
      <div class="button-row button-row-large">
        <button
          type="button"
          class="button button-primary"
          onClick={() => document.getElementById(FOLLOW_BOX_ID)?.focus()}
        >
          <Icon name="link" />
          Open a link
        </button>
        <button type="button" class="button" onClick={() => history.create()}>
          <Icon name="add" />
          Create a community
        </button>
        <button type="button" class="button" onClick={() => history.create('import')}>
          <Icon name="save" />
          Import from Discord or Slack
        </button>
      </div>
      <p class="quiet">
        Exports of Discord, Slack, Telegram and mail become the history of a community of yours. The file stays on this
        device.
      </p>
      <SampleCommunity />
    </section>
  )
}
