using Microsoft.Extensions.Options;

namespace Recsys.Server.Hosting;

/// <summary>Checks <see cref="RedisOptions"/> by its attributes.</summary>
[OptionsValidator]
internal sealed partial class RedisOptionsValidator : IValidateOptions<RedisOptions>;
