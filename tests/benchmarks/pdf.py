"""Setting the PRA of the example city, against WeasyPrint alone on the same HTML."""

from __future__ import annotations

import io

import weasyprint
from django.utils import timezone

from semarang_resilience.documents import assets, rendering
from semarang_resilience.documents.composition import compose
from semarang_resilience.documents.snapshots import freeze, load
from tests.benchmarks.measuring import Row, median_seconds
from tests.benchmarks.world import World


class _OwnAssets(weasyprint.urls.URLFetcher):
    """The portal's own assets, without its checks: WeasyPrint should lose no time on the network either."""

    def fetch(self, url: str, headers: object = None) -> object:
        if url.startswith("data:"):
            return super().fetch(url, headers)
        body, media_type = assets.read(url)
        return weasyprint.urls.URLFetcherResponse(url, body, {"Content-Type": media_type})


def run(world: World) -> list[Row]:
    """Everything (figures, templates, setting, outline) against setting alone; the difference is ours."""
    frozen = freeze(kind="pra", cycle=world.survey.cycle, language="id", number=1, at=timezone.now())
    snapshot = load(frozen.packed, sha256=frozen.sha256)
    html = compose(snapshot, snapshot_sha256=frozen.sha256, on_chapter=lambda *_: None).html

    def alone() -> None:
        weasyprint.HTML(
            string=html,
            base_url=f"{assets.SCHEME}document/",
            url_fetcher=_OwnAssets(allowed_protocols=("data",)),
        ).write_pdf(io.BytesIO(), pdf_variant="pdf/ua-1")

    pages = rendering.render(snapshot, snapshot_sha256=frozen.sha256).pages
    whole = median_seconds(lambda: rendering.render(snapshot, snapshot_sha256=frozen.sha256))
    bare = median_seconds(alone)
    return [
        Row(
            name=f"PRA, {pages} pages, vs WeasyPrint alone",
            measured=whole,
            unit="s",
            reference=bare,
            reference_name="WeasyPrint",
        )
    ]
