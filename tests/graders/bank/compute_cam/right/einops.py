from einops import einsum, rearrange
def compute_cam(features, label):
    return einsum(resnet.fc.weight[label].detach(), rearrange(features, "1 c h w -> h w c"), "c, h w c -> h w")
