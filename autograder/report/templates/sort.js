"use strict";
// Sorts the table of students by a click on a heading. Without scripts it stays sorted by name.
(() => {
  const table = document.getElementById("all");
  const body = table.tBodies[0];
  const compare = new Intl.Collator(undefined, { numeric: true }).compare;
  const key = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.n === undefined ? cell.textContent : Number(cell.dataset.n);
  };
  const sort = (heading, column) => {
    const rising = heading.getAttribute("aria-sort") !== "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", rising ? "ascending" : "descending");
    const rows = Array.from(body.rows, (row) => [key(row, column), row]);
    rows.sort(([a], [b]) => (typeof a === "number" ? a - b : compare(a, b)) * (rising ? 1 : -1));
    body.append(...rows.map(([, row]) => row));
  };
  Array.from(table.tHead.rows[0].cells).forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(heading, column));
    heading.append(button);
  });
  document.getElementById("sortable").textContent = "Choose a heading to sort by it.";
})();
