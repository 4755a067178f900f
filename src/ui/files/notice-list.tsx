import { useApp } from '../app-context.ts'
import { ErrorBox } from '../components/error-box.tsx'
import { titleOfNotice } from '../state/notices.ts'

/** What went wrong and has no row of its own. */
export function NoticeList() {
  const { notices, shownNotices } = useApp()
  return (
    <div class="notices" role="alert">
      {shownNotices.value.map((notice) => (
        <ErrorBox key={notice.id} error={notice.error} title={titleOfNotice(notice)}>
          <button type="button" class="button" onClick={() => notices.dismiss(notice.id)}>
            Dismiss
          </button>
        </ErrorBox>
      ))}
    </div>
  )
}
