import { useApp } from '../app-context.ts'
import { ErrorBox } from '../components/error-box.tsx'
import { Icon } from '../components/icon.tsx'
import { titleOfNotice } from '../state/notices.ts'

/** What went wrong and has no row of its own. */
export function NoticeList() {
  const { files, shownNotices } = useApp()
  return (
    <div class="notices" role="alert">
      {shownNotices.value.map((notice) => (
        <ErrorBox key={notice.id} error={notice.error} title={titleOfNotice(notice)}>
          {notice.files.length === 0 ? null : (
            <button type="button" class="button" onClick={() => void files.addAgain(notice)}>
              <Icon name="retry" />
              Try again
            </button>
          )}
          <button type="button" class="button" onClick={() => void files.dismissNotice(notice)}>
            Dismiss
          </button>
        </ErrorBox>
      ))}
    </div>
  )
}
