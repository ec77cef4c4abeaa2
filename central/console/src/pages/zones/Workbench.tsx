import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Loading } from "@/parts/Loading";
import { Page } from "@/parts/Page";
import { Trouble } from "@/parts/Trouble";
import { Bench } from "./Bench";
import { BenchContext, useBench } from "./bench/useBench";
import { useSettings } from "./bench/useSettings";
import { NotYet } from "./NotYet";
import { nameOf } from "./place";
import { workbenchRoute } from "./route";

/** One camera's zones: drawn on its picture, tried on what it has seen, saved as a version. */
export function Workbench() {
  const { district, node, source } = workbenchRoute.useParams();
  const place = useMemo(() => ({ district, node, source }), [district, node, source]);
  return <OfCamera key={nameOf(place)} place={place} />;
}

function OfCamera({ place }: { place: ReturnType<typeof workbenchRoute.useParams> }) {
  const { t } = useTranslation("zones");
  const bench = useBench(place);
  const loaded = useSettings(bench);
  if (loaded.error)
    return (
      <Page>
        <Trouble error={loaded.error} onAgain={loaded.again} />
      </Page>
    );
  if (bench.state.version === null) return <NotYet loaded={loaded} title={t("title")} />;
  if (!loaded.settings) return <Loading />;
  return (
    <BenchContext value={bench}>
      <Bench loaded={loaded} settings={loaded.settings} />
    </BenchContext>
  );
}
