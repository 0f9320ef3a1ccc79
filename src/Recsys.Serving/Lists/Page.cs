using Recsys.Serving.Live;

namespace Recsys.Serving.Lists;

/// <summary>One page to render.</summary>
/// <param name="Namespace">Namespace.</param>
/// <param name="Snapshot">The list, or what is left of it.</param>
/// <param name="Size">Items wanted.</param>
/// <param name="Filter">What may be shown now.</param>
/// <param name="Model">The live model, or null.</param>
/// <param name="Audience">For whom.</param>
/// <param name="Locale">BCP 47 tag; may be empty.</param>
/// <param name="NowMs">Unix ms.</param>
internal readonly record struct Page(
    string Namespace, Snapshot Snapshot, int Size, CandidateFilter Filter, LiveModel? Model, Audience Audience, string Locale, long NowMs);
