namespace Recsys.Serving.Models;

/// <summary>What whole lists are like with one weight of the fresh source.</summary>
/// <param name="Weight">The weight; 0: switched off.</param>
/// <param name="Recall">Of the removed items that a user played, the mean share among the first 20.</param>
/// <param name="Places">How many of the first 20 are removed items, on average.</param>
/// <param name="KnownNdcg">NDCG@10 of each user's last interaction with a known item.</param>
public sealed record ColdWholeRow(double Weight, double Recall, double Places, double KnownNdcg);
