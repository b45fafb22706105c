import { useId, useState } from "react";
import { breakItMessages as texts } from "./break-it-messages";
import { asksBank, choicesOf, type Fault, type FaultPlan, type Part, PARTS, predict } from "./fault-plan";
import "./sandbox.css";

interface FaultFieldsProps {
  /** The parts that can be broken. */
  parts: readonly Part[];
  plan: FaultPlan;
  onChange: (plan: FaultPlan) => void;
  /** What happens if the stock is sold out; undefined if that is impossible. */
  soldOut?: string | undefined;
  /** The parts that the sagas do not reach. */
  unreached?: readonly Part[];
}

/** A list of choices for each part, and what the choice leads to. */
export function FaultFields({ parts, plan, onChange, soldOut, unreached = [] }: FaultFieldsProps) {
  return (
    <div className="faults">
      {parts.map((part) => (
        <FaultField
          key={part}
          part={part}
          fault={plan[part]}
          onChange={(fault) => onChange(withFault(plan, part, fault))}
          isUnreached={unreached.includes(part)}
          consequence={consequenceOf(part, plan[part], soldOut, unreached.includes(part))}
          isDisabled={part === "stock" && soldOut === undefined}
        />
      ))}
    </div>
  );
}

function withFault(plan: FaultPlan, part: Part, fault: Fault | undefined): FaultPlan {
  const others = Object.entries(plan).filter(([other]) => other !== part);
  return Object.fromEntries(fault ? [...others, [part, fault]] : others);
}

function consequenceOf(part: Part, fault: Fault | undefined, soldOut: string | undefined, isUnreached: boolean): string | undefined {
  if (part === "stock") return soldOut === undefined ? texts.cannotSellOut : fault && soldOut;
  return fault && (isUnreached ? texts.unreached[part] : texts.consequence(part, fault));
}

interface FaultFieldProps {
  part: Part;
  fault: Fault | undefined;
  onChange: (fault: Fault | undefined) => void;
  isUnreached: boolean;
  consequence: string | undefined;
  isDisabled: boolean;
}

function FaultField({ part, fault, onChange, isUnreached, consequence, isDisabled }: FaultFieldProps) {
  const id = useId();
  const groups = choicesOf(part);
  const known = groups.flat();
  // A plan of another client can have other counts.
  const choices = fault && !known.some((each) => keyOf(each) === keyOf(fault)) ? [...groups, [fault]] : groups;
  return (
    <div className="fault" data-state={fault && (isUnreached ? "unreached" : "broken")}>
      <label htmlFor={id}>
        <b>{texts.parts[part].name}</b> <code>{texts.parts[part].step}</code>
      </label>
      <select
        id={id}
        value={fault ? keyOf(fault) : ""}
        disabled={isDisabled}
        aria-describedby={`${id}-consequence`}
        onChange={({ target }) => onChange(choices.flat().find((each) => keyOf(each) === target.value))}
      >
        <option value="">{texts.works}</option>
        {choices.map((group, index) => (
          <optgroup key={index} label={texts.groups[group[0]?.effect ?? "fail"]}>
            {group.map((each) => (
              <option key={keyOf(each)} value={keyOf(each)}>
                {texts.choice(part, each)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <p id={`${id}-consequence`}>{consequence}</p>
    </div>
  );
}

const keyOf = ({ effect, times }: Fault): string => `${effect} ${times ?? "always"}`;

/** Lets a visitor of the sandbox break the order that is placed next. Collapsed until something is broken. */
export function BreakItPanel({ plan, onChange, soldOut }: Omit<FaultFieldsProps, "parts" | "unreached">) {
  const { end, reached } = predict(plan);
  const broken = Object.keys(plan).length;
  const [isOpen, setOpen] = useState(broken > 0);
  return (
    <details className="sandbox break-it" open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <span className="stripes" />
        <span className="title">{texts.title}</span>
        <span className="count">{texts.broken(broken)}</span>
      </summary>
      <p>{texts.introduction}</p>
      <FaultFields parts={PARTS} plan={plan} onChange={onChange} soldOut={soldOut} unreached={PARTS.filter((part) => !reached.has(part))} />
      <div className="forecast" data-end={end} role="status">
        <b>{texts.forecast}</b> {asksBank(plan) && texts.asksBank} {texts.ends[end]}
      </div>
      <button type="button" disabled={broken === 0} onClick={() => onChange({})}>
        {texts.reset}
      </button>
    </details>
  );
}
