// Runs before the first paint, so that a chosen theme does not flash; the rest is in src/ui/state/theme.ts.
try {
  document.documentElement.dataset.theme = localStorage.getItem('quire-theme') ?? 'auto'
} catch {
  document.documentElement.dataset.theme = 'auto'
}
