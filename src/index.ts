/**
 * The library, for node and for browsers: captures in memory or from any source of bytes, their packets layer by layer,
 * what connects them, and what they mean.
 */
export { CaptureError } from './capture/fault.ts';
export { readCapture } from './capture/from-bytes.ts';
export { type Kind, type Row, type Value, type Visit, visitLayer } from './core/field.ts';
export {
  type CaptureInterface,
  type CaptureProblem,
  Frame,
  type FrameSource,
  type RecordedName,
} from './core/frame.ts';
export type { Issue } from './core/issue.ts';
export type { Context, Layer, Protocol } from './core/layer.ts';
export { Packet } from './core/packet.ts';
export { Writer } from './core/writer.ts';
export type { Evidence, RaisedEvent } from './events/event.ts';
export { type Explainer, type Explanation, type Mode, openExplainer } from './explain/explainer.ts';
export { type MachineExplanation, machineForm } from './explain/machine.ts';
export { type FieldEntry, fieldReference } from './fields.ts';
export { compileFilter, type DisplayFilter, FilterError } from './filter/filter.ts';
export { KeyLog } from './flows/key-log.ts';
export type { Bar, Journey, Moment, Phase, Step, Translated, Untold } from './journey/journey.ts';
export { type JourneyReport, Journeys } from './journey/journeys.ts';
export { translated } from './journey/translations.ts';
export type { Behaviour } from './nat/behaviour.ts';
export type { Binding } from './nat/bindings.ts';
export { type Change, type Comparison, compareTwins, contentOf } from './nat/changes.ts';
export { connectionsOf, type TranslatedConnection } from './nat/connections.ts';
export { type Join, judge } from './nat/join.ts';
export { Sightings } from './nat/sightings.ts';
export { Twins } from './nat/twins.ts';
export type { Language } from './notes/note.ts';
export { BriefPrinter } from './output/brief.ts';
export { CardPrinter } from './output/card.ts';
export { FIELDS_FORMAT, type FieldsFormat, FieldsPrinter } from './output/fields.ts';
export { GRAPHS, type GraphKind } from './output/graph-kinds.ts';
export { type GraphOptions, graphSvg } from './output/graph-svg.ts';
export { busierSide, type GraphSide } from './output/graphs.ts';
export { writePacketHex } from './output/hex.ts';
export { journeyForm } from './output/journey-json.ts';
export { JsonPrinter } from './output/json.ts';
export { type Ladder, LadderBuilder } from './output/ladder.ts';
export { writeLadderSvg } from './output/ladder-svg.ts';
export { writeLadder } from './output/ladder-text.ts';
export { ladderWords } from './output/ladder-words.ts';
export { LinePrinter, writeLine } from './output/line.ts';
export type { NatLadder, PlaceSeen } from './output/nat-ladder.ts';
export { natLadder } from './output/nat-ladder-merge.ts';
export { natLadderTexts } from './output/nat-ladder-notes.ts';
export { NatPlaceBuilder } from './output/nat-ladder-place.ts';
export { writeNatLadderSvg } from './output/nat-ladder-svg.ts';
export { writeNatLadder } from './output/nat-ladder-text.ts';
export type { Printer } from './output/printer.ts';
export { type StateDiagramOptions, stateDiagramSvg } from './output/state-diagram-svg.ts';
export { type TimeForm, timeWriter } from './output/time.ts';
export { writeTree } from './output/tree.ts';
export { type PageContent, type PageParts, pageHtml } from './page/html.ts';
export type { GivenCapture, ReadingOptions } from './page/model.ts';
export { protocols } from './protocols/index.ts';
export { type Consumer, decodeFrame, run } from './run.ts';
export { PathGatherer, type StatePath, type StatePaths } from './tcp/paths.ts';
export type { StateChange, TcpState } from './tcp/state-change.ts';
export { type ConnectionTrace, ConnectionTracer, FlowTrace } from './tcp/trace.ts';
export { Tracker, type TrackOptions } from './track.ts';
export { type TranscribeOptions, transcribe } from './transcribe.ts';
export { compare, type Finding } from './transcript/compare.ts';
export type { Dialogue, Fact, Step as DialogueStep, Transcript } from './transcript/dialogue.ts';
export { parseTranscript, TranscriptError, writeTranscript } from './transcript/text.ts';
export type { Volatile } from './transcript/volatile.ts';
export { packets } from './walk.ts';
