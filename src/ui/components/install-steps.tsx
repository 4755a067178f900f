import { useApp } from '../app-context.ts'

/** How one installs Quire in Safari, which lets no page ask; and why it matters there. */
export function InstallSteps() {
  const { forgetsAfterDays } = useApp().device.services
  return (
    <>
      {forgetsAfterDays === undefined ? null : (
        <p>
          Safari removes what a site has stored after {forgetsAfterDays} days of use in which you did not open the site,
          whatever was pinned here. It does not do so with sites that are installed.
        </p>
      )}
      <ul class="steps">
        <li>On an iPhone or iPad: press Share, then “Add to Home Screen”.</li>
        <li>On a Mac: choose “Add to Dock” in the File menu.</li>
      </ul>
      <p class="quiet">What is stored here does not move with it: make a backup and restore it there.</p>
    </>
  )
}
