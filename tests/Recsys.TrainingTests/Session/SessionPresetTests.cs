using Recsys.Training.Session;
using Recsys.Training.Windows;

namespace Recsys.TrainingTests.Session;

public sealed class SessionPresetTests
{
    [Theory]
    [InlineData(943, 1_682, 100_000, 0.0)]
    [InlineData(2_500, 1_200, 80_000, 0.3)]
    [InlineData(31_000, 24_000, 190_000, 0.1)]
    [InlineData(2, 2, 100, 0.9)]
    [InlineData(1_000_000, 100_000, 50_000_000, 0.2)]
    [InlineData(6_040, 3_416, 1_000_000, 0.0)]
    public void A_state_fits_in_two_kilobytes(int users, int items, int interactions, double repeats)
    {
        var settings = SessionPreset.Choose(new DataShape(users, items, interactions, interactions, repeats));

        // All that a model slot holds: of each block h and c, of each network the stream on its way to the output.
        var values = settings.Network.Members * ((settings.Network.Blocks * 2 * settings.Network.HiddenSize) + settings.Network.EmbeddingSize);
        Assert.InRange(values * sizeof(ushort), 1, 2048);
        Assert.InRange(settings.Network.VectorSize, 1, 512);
        Assert.InRange(settings.Epochs, 1, 200);
        Assert.InRange(settings.ValidateEvery, 1, settings.Epochs);
    }

    [Theory]
    [InlineData(0.0, true)]
    [InlineData(0.049, true)]
    [InlineData(0.05, false)]
    [InlineData(0.6, false)]
    public void Own_items_are_masked_only_where_repeats_are_rare(double repeats, bool masked) =>
        Assert.Equal(masked, SessionPreset.Choose(new DataShape(943, 1_682, 100_000, 100_000, repeats)).MaskOwnItems);

    [Theory]
    [InlineData(20_000, 0, 2)]
    [InlineData(20_001, 4_096, 1)]
    public void Large_catalogues_have_one_network_and_a_sampled_softmax(int items, int negatives, int members)
    {
        var settings = SessionPreset.Choose(new DataShape(30_000, items, 300_000, 300_000, 0.1));

        Assert.Equal((negatives, members), (settings.Negatives, settings.Network.Members));
    }

    [Theory]
    [InlineData(399_999, true)]
    [InlineData(400_000, false)]
    public void Little_data_is_trained_on_once_more_with_what_was_held_out(int interactions, bool refit) =>
        Assert.Equal(refit, SessionPreset.Choose(new DataShape(30_000, 10_000, interactions, interactions, 0.1)).Refit);

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.04, false)]
    [InlineData(0.06, true)]
    public void Times_are_read_where_they_tell(double spread, bool read) =>
        Assert.Equal(read, SessionPreset.Choose(new DataShape(943, 1_682, 100_000, 100_000, 0, spread)).Network.TimeGaps);

    [Fact]
    public void More_data_needs_no_more_epochs()
    {
        var epochs = new[] { 1_000, 50_000, 100_000, 1_000_000, 10_000_000 }
            .Select(count => SessionPreset.Choose(new DataShape(1_000, 1_000, count, count, 0)).Epochs)
            .ToList();

        Assert.Equal(epochs.OrderDescending(), epochs);
    }
}
