"""What the stepper shows of a walk through the phases."""

from shangji.core.opportunities.rules import PhaseStep, Stay, StepStage, walk, without_undone

PHASES = ("identify", "evaluate", "nurture", "convert", "maintain")
STAGES = {
    "identify": (1, 2),
    "evaluate": (3, 4),
    "nurture": (5,),
    "convert": (6, 7, 8, 9),
    "maintain": (10,),
}
PHASE = {pk: phase for phase, ids in STAGES.items() for pk in ids} | {99: "convert"}


def stays(*pairs: tuple[int, int]) -> list[Stay]:
    return [Stay(pk, pk, PHASE[pk], days) for pk, days in pairs]


def test_it_shows_the_walk_of_the_picture() -> None:
    walked = stays((1, 1), (2, 1), (3, 4), (4, 1), (5, 10), (6, 5), (5, 4), (6, 4), (7, 9))
    identify, evaluate, nurture, convert, maintain = walk(walked, PHASES, STAGES)
    assert identify == PhaseStep(
        "identify", "walked", 2, 100, (StepStage(1, "walked", 1), StepStage(2, "walked", 1))
    )
    assert evaluate.days == 5
    assert (nurture.days, nurture.stages) == (
        14,
        (StepStage(5, "walked", 10), StepStage(7, "back", 4, 1)),
    )
    assert (convert.state, convert.days, convert.share) == ("current", 18, 50)
    assert convert.stages == (
        StepStage(6, "walked", 9),
        StepStage(7, "here", 9),
        StepStage(8, "ahead"),
        StepStage(9, "ahead"),
    )
    assert maintain == PhaseStep("maintain", "ahead", 0, 0, (StepStage(10, "ahead"),))


def test_it_says_that_the_present_stage_was_come_back_to() -> None:
    steps = walk(stays((6, 2), (7, 3), (6, 1)), PHASES, STAGES)
    assert steps[3].stages[:3] == (
        StepStage(7, "walked", 3),
        StepStage(6, "back", 0, 1),
        StepStage(6, "here", 3),
    )
    assert steps[3].days == 6


def test_it_leaves_skipped_phases_grey_and_without_names() -> None:
    steps = walk(stays((1, 1), (7, 3)), PHASES, STAGES)
    assert [step.state for step in steps] == ["walked", "ahead", "ahead", "current", "ahead"]
    assert steps[1].stages == ()


def test_it_shows_a_decided_stage_at_the_end_of_its_phase() -> None:
    steps = walk(stays((7, 3), (99, 1)), PHASES, STAGES)
    assert steps[3].share == 100
    assert steps[3].stages[-1] == StepStage(99, "here", 1)


def test_it_forgets_what_was_undone() -> None:
    undone = [*stays((7, 3), (8, 1)), Stay(7, 7, "convert", 2, is_undo=True)]
    assert without_undone(undone) == stays((7, 6))
