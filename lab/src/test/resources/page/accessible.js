// What axe finds against WCAG 2.2 AA: the rule, and the first places.
const done = arguments[arguments.length - 1];
axe
  .run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })
  .then(
    ({ violations }) =>
      done(violations.map(({ id, help, nodes }) =>
        `${id}: ${help}: ${nodes.slice(0, 3).map((one) => one.html.slice(0, 160) + " " + one.failureSummary).join(" | ")}`)),
    (problem) => done([String(problem)]),
  );
