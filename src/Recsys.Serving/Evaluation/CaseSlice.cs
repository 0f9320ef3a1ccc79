using Recsys.Serving.Models;

namespace Recsys.Serving.Evaluation;

/// <summary>Some of the cases of an evaluation.</summary>
/// <param name="Kind">By what.</param>
/// <param name="Name">For people, with its boundaries.</param>
/// <param name="From">The fewest interactions that a case of it has.</param>
/// <param name="To">The most.</param>
/// <param name="Cases">Which.</param>
internal sealed record CaseSlice(EvaluationSliceKind Kind, string Name, int From, int To, int[] Cases);
