/** What Cloudscape's charts say, and how they write their axes. */
export const CHART_WORDS = {
  i18nStrings: {
    xTickFormatter: (start: Date) => start.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" }),
    yTickFormatter: (orders: number) => (Number.isInteger(orders) ? orders.toLocaleString() : ""),
    chartAriaRoleDescription: "bar chart",
    xAxisAriaRoleDescription: "x axis",
    yAxisAriaRoleDescription: "y axis",
    legendAriaLabel: "Statuses",
    detailPopoverDismissAriaLabel: "Close",
  },
};
