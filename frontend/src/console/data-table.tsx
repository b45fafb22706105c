import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import type { ReactNode } from "react";

/** A column. The cells of the first one name their rows. */
interface Column<Item> {
  header: string;
  /** Whether the cells are numbers or amounts, which are aligned at their last digits. */
  isNumeric?: boolean;
  cell: (item: Item) => ReactNode;
}

interface DataTableProps<Item> {
  title: string;
  counter?: string;
  actions?: ReactNode;
  items: readonly Item[];
  keyOf: (item: Item) => string;
  columns: readonly [Column<Item>, ...Column<Item>[]];
  /** Takes the place of a table without rows. */
  empty?: ReactNode;
}

/** A table in a container, which scrolls if it is wider than the page. Decision 3 explains why it is hand-written. */
export function DataTable<Item>({ title, counter, actions, items, keyOf, columns: [first, ...others], empty }: DataTableProps<Item>) {
  return (
    <Container disableContentPaddings header={<Header variant="h2" counter={counter} actions={actions}>{title}</Header>}>
      {items.length === 0 ? (
        empty
      ) : (
        <div className="data-table">
          <table aria-label={title}>
            <thead>
              <tr>
                {[first, ...others].map(({ header, isNumeric }) => (
                  <th key={header} scope="col" className={isNumeric ? "amount" : undefined}>
                    {header}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={keyOf(item)}>
                  <th scope="row">{first.cell(item)}</th>
                  {others.map(({ header, isNumeric, cell }) => (
                    <td key={header} className={isNumeric ? "amount" : undefined}>
                      {cell(item)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Container>
  );
}
