/** Elements of the communities place that others ask for. */
export const FOLLOW_BOX_ID = 'follow-link'
export const SIDE_TITLE_ID = 'community-side-title'
