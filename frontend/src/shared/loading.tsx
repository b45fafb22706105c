import Skeleton from "@cloudscape-design/components/skeleton";
import SpaceBetween from "@cloudscape-design/components/space-between";

/** A skeleton for content that is loading. It is about as high as the content, which avoids a layout shift. */
export function Loading({ lines = 3, label }: { lines?: number; label: string }) {
  return (
    <div role="status" aria-label={label} className="skeleton">
      <SpaceBetween size="xs">
        {Array.from({ length: lines }, (_, line) => (
          <Skeleton key={line} width={line % 3 === 2 ? "60%" : "100%"} />
        ))}
      </SpaceBetween>
    </div>
  );
}
