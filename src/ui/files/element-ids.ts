/** Elements of the Files place that keys of the page lead to. */
export const ADD_FILES_ID = 'add-files'
export const FETCH_BOX_ID = 'fetch-link'
export const DETAILS_TITLE_ID = 'details-title'
