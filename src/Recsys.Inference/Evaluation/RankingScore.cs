namespace Recsys.Inference.Evaluation;

/// <summary>Ranking quality at one cutoff, averaged over the evaluated targets; each figure from 0 to 1.</summary>
/// <param name="K">The length of the list that was looked at.</param>
/// <param name="Ndcg">Normalised discounted cumulative gain of one relevant item: 1 / log2(1 + rank) within <paramref name="K"/>, else 0.</param>
/// <param name="Recall">Share of targets that were within the list (the hit rate).</param>
/// <param name="Mrr">1 / rank where the rank is within <paramref name="K"/>, else 0.</param>
/// <param name="Coverage">Share of all items that appeared in at least one list.</param>
public sealed record RankingScore(int K, double Ndcg, double Recall, double Mrr, double Coverage);
