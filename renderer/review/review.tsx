import { text } from "../text/text.ts";
import { FindingsStep } from "./findings.tsx";
import { Paper } from "./paper.tsx";
import { ReviewRail, type ReviewView } from "./rail.tsx";
import { SignStep } from "./sign.tsx";
import { TrailStep } from "./trail.tsx";

/** One use is reviewed: the trail, what was found, the signatures. */
export function ReviewScreen(review: ReviewView) {
  const { found, page, paper, step } = review;
  if (step === "trail") return <TrailStep {...review} />;
  if (step === "sign") return <SignStep {...review} />;
  if (paper && page !== null)
    return <Paper said={text.review.paper} page={page} rail={<ReviewRail {...review} />} />;
  return found !== null && <FindingsStep {...review} found={found} />;
}
