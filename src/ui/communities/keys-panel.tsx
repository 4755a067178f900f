import type { CommunityView } from '../../rpc/history-api.ts'
import { ForgetKey } from './forget-key.tsx'
import { GroupKeys } from './group-keys.tsx'
import { PassphraseForm } from './passphrase-form.tsx'
import { SaveKey } from './save-key.tsx'
import { UnlockForm } from './unlock-form.tsx'

/** The community’s own key for its owner, and the keys that its encrypted history is read with. */
export function KeysPanel({ community }: { community: CommunityView }) {
  const { isOwner, isEncrypted, missingKeyIds } = community
  return (
    <>
      {isOwner ? <OwnerKey community={community} /> : null}
      {isEncrypted || missingKeyIds.length > 0 ? <GroupKeys community={community} /> : null}
    </>
  )
}

function OwnerKey({ community }: { community: CommunityView }) {
  const { id, name, isKeySaved, isKeyLocked, hasPassphrase } = community
  if (isKeyLocked)
    return <UnlockForm what={id} words="The key of this community is locked. Unlock it to publish or save it." />
  return (
    <>
      <section class="side-part" aria-labelledby="owner-key-title">
        <h3 id="owner-key-title">{isKeySaved ? 'The community’s key' : 'Save the community’s key'}</h3>
        <p>
          {isKeySaved
            ? 'You have it in a file. Whoever has that file can publish in the community’s name.'
            : 'It was made on this device and is nowhere else. If this browser’s data is lost, so is the community: nobody can publish in its name again. Save it to a file now.'}
        </p>
        <SaveKey what={id} name={name} isSaved={isKeySaved} />
      </section>
      <section class="side-part" aria-labelledby="lock-title">
        <h3 id="lock-title">Lock it on this device</h3>
        <p>
          With a passphrase, the key cannot be used here before you have given it. You give it once each time Quire
          starts.
        </p>
        <PassphraseForm what={id} hasPassphrase={hasPassphrase} />
      </section>
      <section class="side-part" aria-labelledby="forget-title">
        <h3 id="forget-title">Stop being its owner here</h3>
        <p>The community stays followed on this device, as any member follows it.</p>
        <ForgetKey
          what={id}
          isSaved={isKeySaved}
          words="This device can no longer publish in the community’s name, or change its description."
        />
      </section>
    </>
  )
}
