"""Sound for the hall: a call or the kiosk's words as clips, made here once, for browsers and devices alike."""

from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from starlette.responses import FileResponse, Response

from server.actions.decision import Actor
from server.domain.hall import Hall
from server.domain.refusals import Refusal
from server.voice.choice import choice_from
from server.voice.clips import CHIME_KEY, Busy, Clip, Clips, NoVoice
from server.voice.mouth import CannotSpeak
from server.voice.sentences import Sentence
from server.web.access import admitted, bearer, may
from server.web.commands import as_json
from server.web.problems import Problem
from server.web.services import Services, services
from server.web.voice_messages import CallAsked, CallClips, ClipAsked, ClipTold, WordsAsked
from server.web.voice_wishes import as_text, call_said, calls_of, sentence_of, words_said

Made = TypeVar("Made")
YEAR_S = 365 * 24 * 3600
SOUND = {"content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}, "description": "The clip."}


@asynccontextmanager
async def _speaking(app: FastAPI) -> AsyncIterator[None]:
    """Begins with the server, which costs nothing until something is to be said, and ends with it."""
    settings = app.state.services.settings
    choice = choice_from(settings.voice_packs, settings.voice_piper, settings.voice_espeak)
    clips = app.state.clips = Clips(choice, Path(settings.voice_folder), settings.voice_mb * 1_000_000)
    try:
        yield
    finally:
        await clips.close()


router = APIRouter(tags=["voice"], lifespan=_speaking)


async def clips_here(request: Request) -> Clips:
    found = request.app.state.clips
    assert isinstance(found, Clips)
    return found


@router.get("/branches/{branch}/voice/call", response_model=CallClips)
async def call(
    request: Request,
    branch: str,
    asked: Annotated[CallAsked, Query()],
    actor: Actor = Depends(may("hear_voice")),
    using: Services = Depends(services),
    clips: Clips = Depends(clips_here),
) -> Response:
    """The clips of a call-out: the chime, then a sentence for each language, to be played in this order."""
    hall = (await using.hub.place(branch)).hall
    calls = calls_of(hall, asked)
    langs = hall.branch.languages if asked.langs is None else dict.fromkeys(asked.langs.split(","))
    sentences = [sentence_of(hall, lang, calls) for lang in langs]
    chime = _told(request, await _made(clips.chime()), {})
    wish = {"branch": branch, "calls": as_text(calls)}
    parts = []
    for sentence in sentences:
        clip = await _made(clips.of(sentence))
        told = _told(request, clip, wish | {"lang": sentence.lang})
        parts.append({"lang": sentence.lang, "text": sentence.text, "clip": told})
    return as_json({"chime": chime, "parts": parts})


@router.get("/branches/{branch}/voice/words", response_model=ClipTold)
async def words(
    request: Request,
    branch: str,
    asked: Annotated[WordsAsked, Query()],
    actor: Actor = Depends(may("hear_voice")),
    using: Services = Depends(services),
    clips: Clips = Depends(clips_here),
) -> Response:
    """One sentence that a kiosk shows, for who cannot see it."""
    sentence = words_said((await using.hub.place(branch)).hall, asked)
    wish = {"branch": branch, **asked.model_dump(exclude_none=True)}
    return as_json(_told(request, await _made(clips.of(sentence)), wish))


@router.get("/voice/{key}.wav", response_class=FileResponse, responses={200: SOUND})
async def clip(
    request: Request,
    key: str,
    asked: Annotated[ClipAsked, Query()],
    actor: Actor = Depends(may("hear_voice")),
    using: Services = Depends(services),
    clips: Clips = Depends(clips_here),
) -> Response:
    """WAV, mono, 16 bit, 22,050 Hz. What a key stands for never changes, so it may be kept for a year."""
    file = await clips.file(key)
    if file is None and await _made_here(request, key, asked, using, clips):
        file = await clips.file(key)
    if file is None:
        raise Problem(404, "clip_not_found")
    kept = {"ETag": f'"{key}"', "Cache-Control": f"private, max-age={YEAR_S}, immutable"}
    if key in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=kept)
    return FileResponse(file, headers=kept, media_type="audio/wav")


async def _made_here(request: Request, key: str, asked: ClipAsked, using: Services, clips: Clips) -> bool:
    """The list of clips may have come from another server, with a disk of its own: then it is made here as well, if
    it is what the key stands for."""
    if key == CHIME_KEY:
        await _made(clips.chime())
        return True
    holder = await admitted(request, bearer(request), "hear_voice")
    if asked.branch != holder.branch_id:
        return False
    try:
        sentence = _wished((await using.hub.place(asked.branch)).hall, asked)
        if await clips.key(sentence) != key:
            return False
    except (Problem, Refusal, NoVoice):  # whatever is wrong with the wish, there is no clip of it
        return False
    await _made(clips.of(sentence))
    return True


def _wished(hall: Hall, asked: ClipAsked) -> Sentence:
    return call_said(hall, asked.lang, asked.calls) if asked.calls else words_said(hall, asked)


async def _made(coming: Awaitable[Made]) -> Made:
    try:
        return await coming
    except NoVoice as error:
        raise Problem(422, "language_not_spoken", {"tongue": str(error)}) from error
    except Busy as error:
        raise Problem(503, "busy") from error
    except CannotSpeak as error:
        raise Problem(503, "voice_failed") from error


def _told(request: Request, clip: Clip, wish: Mapping[str, Any]) -> dict[str, Any]:
    path = str(request.app.url_path_for("clip", key=clip.key))
    return {"key": clip.key, "url": f"{path}?{urlencode(wish)}" if wish else path, "seconds": clip.seconds}
