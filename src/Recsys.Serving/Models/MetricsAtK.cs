namespace Recsys.Serving.Models;

/// <summary>Ranking metrics at one cut-off; the meanings are those of recsys.v1.RankingMetrics.</summary>
/// <param name="K">Cut-off.</param>
/// <param name="Ndcg">Normalised discounted cumulative gain.</param>
/// <param name="Recall">Share of targets among the first k.</param>
/// <param name="Mrr">Mean reciprocal rank among the first k.</param>
/// <param name="Coverage">Share of items that appear.</param>
public sealed record MetricsAtK(int K, double Ndcg, double Recall, double Mrr, double Coverage);
